"""The words of this area's audit verbs. Looking at an entry is not on the log: nothing leaves the portal by it."""

LABELS = {
    "favourite.star": "收藏目录",
    "favourite.unstar": "取消收藏",
    "subscription.follow": "订阅目录变更",
    "subscription.unfollow": "取消订阅",
    "saved_search.save": "保存查找",
    "saved_search.silence": "停止查找通知",
    "saved_search.wake": "恢复查找通知",
    "saved_search.delete": "删除保存的查找",
}
