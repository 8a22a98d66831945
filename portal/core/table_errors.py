"""What can be wrong with a table somebody hands in, as one exception with a sentence for each case."""

SENTENCES = {
    "not_found": "找不到文件：{path}",
    "unreadable": "文件打不开：{path}（{reason}）",
    "no_file": "{path} 不是普通文件（也许是管道）。表格要读几遍，请先存成文件",
    "unwritable": "写不了文件：{path}（{reason}），请另选一个地方",
    "empty": "表里没有内容",
    "no_header": "第 1 行是空的，应当是表头",
    "missing_columns": "缺少这些列：{columns}。表里有：{found}",
    "mapped_column_missing": "指定的列“{header}”（{field}）不在表头里。表里有：{found}",
    "column_twice": "列“{header}”同时指定给了 {other} 和 {field}，一列只能指定给一个字段",
    "unknown_field": "没有“{field}”这个字段。可用的字段：{known}",
    "duplicate_header": "表头“{header}”出现了不止一次，无法确定用哪一列",
    "not_a_table": "这不是 csv 或 xlsx 表格",
    "web_page": "这是网页或 XML 格式的文件，不是 csv 或 xlsx 表格，请用表格软件打开后另存为 xlsx",
    "xlsx_strict": "这是“严格 Open XML”格式，请另存为普通的 xlsx",
    "old_xls": "这是旧版 xls 或加了密码的文件，请另存为不加密的 xlsx 或 csv",
    "xlsx_damaged": "xlsx 文件已损坏或不完整：{reason}",
    "xlsx_too_large": "xlsx 展开后过大（{reason}），已拒绝。请拆成几份，或另存为 csv",
    "xlsx_doctype": "xlsx 里含有文档类型声明（DOCTYPE），可能有害，已拒绝",
    "cell_too_long": "第 {row} 行有过长的内容（超过 {limit} 个字符），也可能是从这一行起引号没有配对",
    "unclosed_quote": "从第 {row} 行起引号没有配对，它后面的内容都无法分清，请改正后重新导入",
    "row_number": "第 {row} 行之后的行号超出了表格的上限（{limit} 行）",
    "too_many_cells": "第 {row} 行有 {cells} 格，比表头多（表头 {columns} 格）",
    "broken_bytes": "第 {row} 行“{header}”里有无法识别的字节",
    "undecodable": "第 {row} 行附近有无法识别的字节，请用 UTF-8 编码重新保存",
    "nul": "第 {row} 行“{header}”里有空字符（NUL）",
    "surrogate": "第 {row} 行“{header}”里有残缺的字符（不成对的代理码）",
    "formula_without_value": "第 {row} 行的 {cell} 格是公式，文件里没有存下它的结果，请用表格软件打开后再保存一次",
    "above_header": "第 {row} 行在表头上面，没有当作内容",
    "cell_error": "第 {row} 行“{header}”是出错的公式（{value}）",
}


class TableError(Exception):
    """A table, or one row of it, that cannot be read as it stands.

    `code` is one of the keys of `SENTENCES`; `details` are what its sentence names; `str()` is that sentence,
    in Chinese, ready for the person at the terminal.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**self.details)
