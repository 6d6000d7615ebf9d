/// A part of the supervisor's program. What clients do with the files of a sandbox.
let filesScript = #"""


    def regular_file(path, flags, mode=0o666):
        # Without waiting: a pipe that someone made would never answer.
        fd = os.open(place(path), flags | os.O_NONBLOCK | os.O_CLOEXEC, mode)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise Refusal(400, "INVALID_PATH", "Not a regular file: " + path, path)
        return os.fdopen(fd, "wb" if flags & os.O_WRONLY else "rb")


    def write(job):
        path = job["path"]
        os.makedirs(os.path.dirname(place(path)), exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if job["overwrites"] else os.O_EXCL)
        with regular_file(path, flags) as file:
            file.write(binascii.a2b_base64(job["bytes"]))
            os.fchmod(file.fileno(), job["mode"])
        return {}


    def read(job):
        with regular_file(job["path"], os.O_RDONLY) as file:
            data = file.read(SETTINGS["file_limit"] + 1)
        if len(data) > SETTINGS["file_limit"]:
            message = "File is larger than %d bytes: %s" % (SETTINGS["file_limit"], job["path"])
            raise Refusal(413, "FILE_TOO_LARGE", message, job["path"])
        return {"bytes": binascii.b2a_base64(data, newline=False).decode()}


    def list_files(job):
        if not os.path.isdir(place(job["path"])):
            if os.path.lexists(place(job["path"])):
                raise Refusal(400, "INVALID_PATH", "Path is not a directory: " + job["path"], job["path"])
            raise Refusal(404, "DIRECTORY_NOT_FOUND", "Directory not found: " + job["path"], job["path"])
        files = []
        for entry in sorted(os.scandir(place(job["path"])), key=lambda entry: os.fsencode(entry.name)):
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            files.append({
                "path": os.path.join(job["path"], entry.name), "size": 0 if entry.is_dir() else status.st_size,
                "is_directory": entry.is_dir(), "mode": stat.S_IMODE(status.st_mode), "modified_at": int(status.st_mtime),
            })
        return {"files": files}


    def exists(job):
        return {"exists": os.path.exists(place(job["path"]))}


    def make_directory(job):
        os.makedirs(place(job["path"]), exist_ok=True)
        return {}


    def remove(job):
        path = place(job["path"])
        if os.path.isdir(path) and not os.path.islink(path):
            shutil().rmtree(path)
        else:
            os.remove(path)
        return {}


    def file_refusal(error, path):
        kind = error.errno
        if kind in (errno.ENOENT, errno.ELOOP):
            return Refusal(404, "FILE_NOT_FOUND", "File not found: " + path, path)
        if kind == errno.EEXIST:
            return Refusal(409, "FILE_ALREADY_EXISTS", "File already exists: " + path, path)
        if kind in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY):
            return Refusal(403, "PERMISSION_DENIED", "Permission denied: " + path, path)
        return Refusal(400, "INVALID_PATH", "%s: %s" % (error.strerror, path), path)
    """#
