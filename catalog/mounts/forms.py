"""The shape of an upload."""

from typing import Any

from django import forms
from django.conf import settings

from catalog.mounts.sources import LoadOptions

SUFFIXES = ("csv", "txt", "tsv", "xlsx", "xls", "ods", "json")
ENCODINGS = (("", "自动判断"), ("utf-8", "UTF-8"), ("gb18030", "GBK 或 GB18030"), ("utf-16", "UTF-16"))


class UploadForm(forms.Form):
    """A file and how to read it. What is in the file is checked by the load."""

    file = forms.FileField(
        label="数据文件",
        help_text="csv、xlsx、xls、ods，或接口返回的 json。",
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请核对后重新选择。"},
    )
    has_header = forms.BooleanField(label="文件里有表头（信息项名称或英文标识）", required=False, initial=True)
    skip_top = forms.IntegerField(
        label="跳过开头行数", required=False, min_value=0, max_value=1000, help_text="留空：自动找表头，标题行不用数。"
    )
    skip_bottom = forms.IntegerField(
        label="跳过末尾行数", required=False, min_value=0, max_value=1000, help_text="注释、数据来源等不是数据的行。"
    )
    encoding = forms.ChoiceField(label="文字编码", choices=ENCODINGS, required=False)
    business_date = forms.DateField(
        label="业务日期", required=False, help_text="数据截至哪一天。", widget=forms.DateInput(attrs={"type": "date"})
    )
    ignores_unknown = forms.BooleanField(label="忽略目录里没有的列", required=False)
    allows_missing = forms.BooleanField(label="缺少的列留空（必有的信息项除外）", required=False)
    is_strict = forms.BooleanField(label="有一行不合格就不替换现有数据", required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.name.rpartition(".")[2].lower() not in SUFFIXES:
            raise forms.ValidationError(f"“{file.name}”不是可以挂接的文件。请上传 {'、'.join(SUFFIXES)}。")
        if file.size > settings.UPLOAD_MAX_MB * 1024 * 1024:
            raise forms.ValidationError(f"文件超过 {settings.UPLOAD_MAX_MB} MB。请拆分后上传。")
        return file

    def options(self) -> LoadOptions:
        """What the action takes."""
        given = self.cleaned_data
        return LoadOptions(
            skip_top=given["skip_top"],
            skip_bottom=given["skip_bottom"] or 0,
            has_header=given["has_header"],
            encoding=given["encoding"],
            ignores_unknown=given["ignores_unknown"],
            allows_missing=given["allows_missing"],
            is_strict=given["is_strict"],
        )
