"""The headers that a table of messages may have, by what stands below them; the preferred one first."""

COLUMNS = {
    "id": ("id", "external_id", "编号", "留言编号", "意见编号", "序号"),
    "author": ("author", "留言用户", "作者", "姓名", "留言人"),
    "title": ("title", "标题", "留言主题", "主题"),
    "created_at": ("created_at", "时间", "留言时间", "提出时间", "提出日期", "日期"),
    "body": ("body", "内容", "留言详情", "正文", "原文", "意见内容", "意见", "text"),
    "topic": ("topic", "类别", "一级标签", "一级分类", "分类"),
    "support": ("support", "点赞数", "附议", "附议数", "支持", "支持数"),
    "unit": ("unit", "单位", "承办单位", "责任单位"),
    "channel": ("channel", "渠道", "来源"),
    "group": ("group", "群体", "参与群体"),
    "reply": ("reply", "答复", "答复意见", "回复"),
    "replied_at": ("replied_at", "答复时间", "答复日期", "回复时间"),
}
