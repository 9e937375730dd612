"""The words of this area's audit verbs."""

LABELS = {
    "information_system.cover": "把目录对应到信息系统",
    "information_system.link": "关联目录与信息系统",
    "information_system.unlink": "取消关联目录与信息系统",
    "certificate.ask": "申请目录编制情况证明",
    "certificate.issue": "出具目录编制情况证明",
    "certificate.revoke": "撤销目录编制情况证明",
}
