"""The words of this area's audit verbs."""

LABELS = {
    "account.sign_in": "登录",
    "account.sign_in_refused": "登录未成功",
    "account.lock": "锁定账号",
    "account.sign_out": "退出登录",
    "account.act_as": "选择任职",
    "account.change_password": "修改密码",
    "account.reset_password": "重置密码",
    "account.create": "建立账号",
    "account.deactivate": "停用账号",
    "account.activate": "恢复账号",
    "membership.appoint": "授予角色",
    "membership.dismiss": "收回角色",
    "api_client.issue": "签发密钥",
    "api_client.revoke": "撤销密钥",
}
