"""Shapes of what the keeper of the calendar hands in."""

from django import forms

KINDS = [("WORK", "上班"), ("OFF", "放假"), ("PLAIN", "不作特别安排（按周末和平日）")]


class NoticeForm(forms.Form):
    """A year's notice as a file."""

    file = forms.FileField(
        label="放假安排文件",
        help_text="JSON（year、papers、days），或有“日期”“安排”“名称”三列的 xlsx、csv；安排写“放假”或“上班”。",
        error_messages={"required": "请选择文件。"},
    )
    year = forms.IntegerField(
        label="年份", required=False, min_value=2000, max_value=2100, help_text="表格必填；JSON 以文件为准。"
    )
    title = forms.CharField(
        label="通知名称", required=False, max_length=200, help_text="不填则为国务院办公厅关于该年部分节假日安排的通知。"
    )
    address = forms.URLField(
        label="通知网址", required=False, max_length=250, assume_scheme="https", help_text="JSON 已写明网址的可不填。"
    )
    is_adjustment = forms.BooleanField(label="这是对已公布安排的调整：只改文件列出的日子", required=False)


class CorrectionForm(forms.Form):
    """One day put right."""

    day = forms.DateField(
        label="日期", widget=forms.DateInput(attrs={"type": "date"}), error_messages={"required": "请选择日期。"}
    )
    kind = forms.ChoiceField(label="这一天", choices=KINDS)
    name = forms.CharField(label="节日名称", required=False, max_length=40)
    source = forms.CharField(
        label="依据", max_length=300, help_text="通知名称和网址。", error_messages={"required": "请写明更正的依据。"}
    )


class SignForm(forms.Form):
    """The digest that was shown."""

    digest = forms.CharField(max_length=64, error_messages={"required": "请刷新页面，核对后再签署。"})
