"""Shapes of what people type about accounts and keys."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from gdshare.lib.clock import SHANGHAI
from security.accounts.models import ApiClientKind, User


class SignInForm(forms.Form):
    """Name and password, nothing told about either."""

    username = forms.CharField(
        label="用户名",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "class": "form-control"}),
        error_messages={"required": "请填写用户名。"},
    )
    password = forms.CharField(
        label="口令",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
        error_messages={"required": "请填写口令。"},
    )


class PasswordForm(forms.Form):
    """The old password once, the new one twice."""

    old_password = forms.CharField(
        label="现在的口令",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
    )
    password = forms.CharField(
        label="新口令",
        strip=False,
        help_text="至少 10 位，不能全是数字，不能与姓名、用户名相近，也不能是常见口令。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "form-control"}),
    )
    password_again = forms.CharField(
        label="再输一次新口令",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "form-control"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old_password(self) -> str:
        old = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise forms.ValidationError("现在的口令不对。")
        return old

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        if self.user.check_password(password):
            raise forms.ValidationError("新口令不能与现在的相同。")
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("password_again") not in (None, cleaned["password"]):
            self.add_error("password_again", "两次输入的新口令不一致。")
        return cleaned


class ApiClientForm(forms.Form):
    """What a key is called, what it is for, and until when it opens."""

    name = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(attrs={"class": "form-control"}))
    purpose = forms.CharField(
        label="用途",
        max_length=200,
        help_text="哪个系统、为哪项工作取数，写进审计日志。",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    kind = forms.ChoiceField(
        label="种类",
        choices=ApiClientKind.choices,
        initial=ApiClientKind.SYSTEM,
        help_text="业务系统：只能查目录、取已授权的数据。个人：以您现在的任职办理申请、审核等事项。",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    expires_on = forms.DateField(
        label="到期日",
        help_text="当日 24 时失效。",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )

    def values(self) -> dict[str, Any]:
        """What `issue_api_client` takes. The last day counts whole: the key ends when the next one begins."""
        cleaned = dict(self.cleaned_data)
        day = cleaned.pop("expires_on")
        return cleaned | {"expires_at": datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)}
