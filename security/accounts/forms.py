"""Shapes of what people type about accounts and keys."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator

from gdshare.lib.clock import SHANGHAI
from security.access import roles
from security.accounts.models import ApiClientKind, User
from security.departments.models import Department


class SignInForm(forms.Form):
    """Name and password, nothing told about either."""

    username = forms.CharField(
        label="用户名",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"required": "请填写用户名。"},
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写密码。"},
    )


class PasswordForm(forms.Form):
    """The old password once, the new one twice."""

    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label="新密码",
        strip=False,
        help_text="至少 10 位，不能全是数字，不能与姓名、用户名相近，也不能是常见密码。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label="再输一次新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old_password(self) -> str:
        old = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise forms.ValidationError("现在的密码不对。")
        return old

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        if self.user.check_password(password):
            raise forms.ValidationError("新密码不能与现在的相同。")
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("password_again") not in (None, cleaned["password"]):
            self.add_error("password_again", "两次输入的新密码不一致。")
        return cleaned


class ApiClientForm(forms.Form):
    """What a key is called, what it is for, and until when it opens."""

    name = forms.CharField(label="名称", max_length=80)
    purpose = forms.CharField(
        label="用途",
        max_length=200,
        help_text="哪个系统、为哪项工作取数，写进审计日志。",
    )
    kind = forms.ChoiceField(
        label="种类",
        choices=ApiClientKind.choices,
        initial=ApiClientKind.SYSTEM,
        help_text="业务系统：只能查目录、取已授权的数据。个人：以您现在的任职办理申请、审核等事项。",
    )
    expires_on = forms.DateField(
        label="到期日",
        help_text="当日 24 时失效。",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = today, today + timedelta(days=settings.API_CLIENT_MAX_DAYS - 1)
        self.fields["expires_on"].widget.attrs |= {"min": str(self.first), "max": str(self.last)}

    def clean_expires_on(self) -> date:
        day = self.cleaned_data["expires_on"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(
                f"有效期最长 {settings.API_CLIENT_MAX_DAYS} 天，请选 {self.first} 至 {self.last} 之间的日期。"
            )
        return day

    def values(self) -> dict[str, Any]:
        """What `issue_api_client` takes. The last day counts whole: the key ends when the next one begins."""
        cleaned = dict(self.cleaned_data)
        day = cleaned.pop("expires_on")
        return cleaned | {"expires_at": datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)}


class AccountForm(forms.Form):
    """A new person."""

    username = forms.CharField(
        label="用户名",
        max_length=60,
        help_text="登录时用，建好后不能改。",
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", "用户名只用小写字母、数字、点、横线，以字母或数字开头。")
        ],
    )
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="电话", max_length=30, required=False)


class AppointForm(forms.Form):
    """A role in a department."""

    department = forms.ModelChoiceField(
        label="部门",
        queryset=Department.objects.filter(is_active=True).order_by("region__code", "id"),
        empty_label="请选择",
    )
    role = forms.ChoiceField(label="角色", choices=[(role.code, role.label) for role in roles.GRANTABLE])
    post = forms.CharField(label="职务", max_length=60, required=False, help_text="例如：信息中心副主任。")


class PeopleFilter(forms.Form):
    """What the console's list is narrowed by."""

    q = forms.CharField(label="姓名或用户名", max_length=60, required=False)
    department = forms.ModelChoiceField(
        label="部门",
        queryset=Department.objects.order_by("region__code", "id"),
        required=False,
        empty_label="全部部门",
        widget=forms.Select(attrs={"class": "form-select", "aria-label": "部门"}),
    )
