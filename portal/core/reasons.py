"""Why the system would not do what it was asked, in words for who asked."""

import errno

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EEXIST: "那里有别的东西，不是普通文件",
    errno.EISDIR: "那是一个文件夹",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EROFS: "那里只能读，不能写",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EIO: "磁盘读写出错",
    errno.ENOMEM: "内存不够",
}


def reason_of(error: OSError) -> str:
    """Why reading or writing a file failed, in Chinese."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
