/// The Python program that serves one sandbox from inside its namespaces: runs, files, time limits.
///
/// It reads one JSON request a line from its standard input and writes one JSON answer a line to its standard output.
/// Both are moved out of the way at once, so that nothing a user's program prints can get between.
/// Python code runs in a process of its own (`InterpreterScript`), which is replaced when it dies or overruns its time.
/// It ends at the end of its input, and the process tree with it.
let supervisorScript = #"""
    import base64, codecs, ctypes, errno, fcntl, json, os, queue, select, shutil, signal, stat, struct, subprocess, sys
    import termios, threading, time

    SETTINGS = json.loads(sys.argv[1])
    if os.getuid() == 0 and SETTINGS["uid"] is not None:
        os.setgroups([])
        os.setresgid(*[SETTINGS["uid"]] * 3)
        os.setresuid(*[SETTINGS["uid"]] * 3)
    # PR_SET_DUMPABLE 0: processes of the same user may not look into this one or reach its descriptors.
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)

    REQUESTS = os.fdopen(os.dup(0), "rb")
    ANSWERS = os.dup(1)
    NULL = os.open("/dev/null", os.O_RDWR)
    os.dup2(NULL, 0)
    os.dup2(NULL, 1)
    answering = threading.Lock()
    sessions = set()


    class Refusal(Exception):
        def __init__(self, status, code, message, path=None):
            self.fields = {"status": status, "code": code, "message": message, "path": path}


    class TimeIsUp(Exception):
        pass


    def answer(message):
        # Names of files need not be UTF-8; what cannot be written in JSON becomes a question mark.
        data = memoryview(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        with answering:
            while data:
                data = data[os.write(ANSWERS, data):]


    def place(path):
        """Where a sandbox path is in the file system that this process sees."""
        return SETTINGS["root"] + path


    class Stream:
        """One end of a program's output, of which the first so many bytes are kept."""

        def __init__(self, pipe):
            self.pipe, self.fd = pipe, pipe.fileno()
            os.set_blocking(self.fd, False)
            self.is_open = True
            self.tell = None
            self.clear()

        def clear(self):
            self.kept, self.told, self.omitted = bytearray(), 0, 0

        def take(self, most=65536):
            try:
                block = os.read(self.fd, most)
            except BlockingIOError:
                return 0
            self.is_open = bool(block)
            room = SETTINGS["output_limit"] - len(self.kept) - self.told
            if self.tell:
                self.tell(block[:room])
                self.told += len(block[:room])
            else:
                self.kept += block[:room]
            self.omitted += max(0, len(block) - room)
            return len(block)

        def take_waiting(self):
            """Takes what is in the pipe at this moment, and no more: someone may go on writing."""
            waiting = struct.unpack("i", fcntl.ioctl(self.fd, termios.FIONREAD, b"\0" * 4))[0]
            while waiting > 0 and self.is_open:
                count = self.take(min(waiting, 65536))
                if not count:
                    break
                waiting -= count

        def text(self):
            # A character cut by the limit is dropped, other bytes that are not UTF-8 are replaced.
            text = codecs.getincrementaldecoder("utf-8")("replace").decode(bytes(self.kept), final=not self.omitted)
            if self.omitted:
                text += "\n[output cut: %d of %d bytes left out]\n" % (
                    self.omitted, self.omitted + self.told + len(self.kept))
            self.clear()
            return text


    def collect(streams, ends, deadline):
        """Reads the streams until a descriptor of `ends` has something to say, which is returned."""
        poll = select.poll()
        for stream in streams:
            if stream.is_open:
                poll.register(stream.fd, select.POLLIN)
        for fd in ends:
            poll.register(fd, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeIsUp
            ready = {fd for fd, _ in poll.poll(int(left * 1000) + 1)}
            for stream in streams:
                if stream.fd in ready:
                    stream.take()
                    if not stream.is_open:
                        poll.unregister(stream.fd)
            for fd in ends:
                if fd in ready:
                    for stream in streams:
                        stream.take_waiting()
                    return fd


    def kill_session(leader):
        """Kills a program and everything it started that has not left its session."""
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open("/proc/%s/stat" % name) as file:
                    session = int(file.read().rpartition(")")[2].split()[3])
                if session == leader:
                    os.kill(int(name), signal.SIGKILL)
            except (OSError, ValueError, IndexError):
                pass


    def exit_status(code):
        return code if code >= 0 else 128 - code


    def working_directory(job):
        path = place(job["directory"])
        if not os.path.isdir(path):
            raise Refusal(404, "DIRECTORY_NOT_FOUND", "Directory not found: " + job["directory"], job["directory"])
        return path


    class Interpreter:
        """The Python process in which a sandbox's code runs, one piece after the other."""

        def __init__(self):
            self.process, self.count = None, 0

        def start(self):
            request_end, self.requests = os.pipe()
            self.replies, reply_end = os.pipe()
            self.process = subprocess.Popen(
                [sys.executable, "-c", SETTINGS["interpreter"], str(request_end), str(reply_end)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                pass_fds=(request_end, reply_end), env=SETTINGS["environment"], cwd=place("/workspace"),
                start_new_session=True)
            sessions.add(self.process.pid)
            os.close(request_end)
            os.close(reply_end)
            self.ended = os.pidfd_open(self.process.pid)
            self.streams = [Stream(self.process.stdout), Stream(self.process.stderr)]

        def stop(self):
            kill_session(self.process.pid)
            code = self.process.wait()
            sessions.discard(self.process.pid)
            for fd in (self.requests, self.replies, self.ended):
                os.close(fd)
            for stream in self.streams:
                stream.pipe.close()
            self.process = None
            return code

        def run(self, job):
            directory = working_directory(job)
            if self.process and self.process.poll() is not None:
                self.stop()
            if not self.process:
                self.start()
            self.count += 1
            tell_output(job, self.streams)
            began = time.monotonic()
            request = {
                "code": job["code"], "directory": directory, "environment": job["environment"],
                "name": "<execution %d>" % self.count, "streams": bool(job.get("streams")),
            }
            data = memoryview(json.dumps(request).encode() + b"\n")
            note = ""
            try:
                while data:
                    data = data[os.write(self.requests, data):]
                end = collect(self.streams, [self.replies, self.ended], began + job["timeout"])
                reply = os.read(self.replies, 64) if end == self.replies else b""
                code = int(reply) if reply.strip().isdigit() else None
            except TimeIsUp:
                self.stop()
                raise
            except BrokenPipeError:
                code = None
            taken = time.monotonic() - began
            out, err = [stream.text() for stream in self.streams]
            if code is None:
                # It went without a word: os._exit, a crash, a kill. Its variables are gone.
                code = exit_status(self.stop())
                if code > 128:
                    err += "[the Python process was ended by signal %d]\n" % (code - 128)
            return {"stdout": out, "stderr": err, "exit_code": code, "execution_time": taken}


    def shell_words(job):
        """A program and its arguments for code that gets a process of its own."""
        language, code = job["language"], job["code"]
        if language == "javascript":
            language = "node"
        if language == "go" or not shutil.which(language, path=SETTINGS["environment"]["PATH"]):
            raise Refusal(422, "EXECUTION_FAILED", "This sandbox cannot run " + job["language"])
        return [language, "-e" if language == "node" else "-c", code]


    def run_program(words, job):
        directory = working_directory(job)
        began = time.monotonic()
        keep = None
        if len(words) == 3 and len(words[2].encode()) > 100000:
            # Linux takes 128 KiB in one argument; longer code is read from a file in memory.
            keep = os.memfd_create("code")
            with os.fdopen(os.dup(keep), "wb") as file:
                file.write(words[2].encode())
            words = [words[0], "/proc/self/fd/%d" % keep]
        try:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env={**SETTINGS["environment"], **job["environment"]}, cwd=directory, start_new_session=True,
                pass_fds=() if keep is None else (keep,))
        except (OSError, ValueError) as error:
            raise Refusal(422, "COMMAND_FAILED", "%s: %s" % (words[0], getattr(error, "strerror", None) or error))
        finally:
            if keep is not None:
                os.close(keep)
        sessions.add(process.pid)
        ended = os.pidfd_open(process.pid)
        streams = [Stream(process.stdout), Stream(process.stderr)]
        tell_output(job, streams)
        try:
            collect(streams, [ended], began + job["timeout"])
            return {
                "stdout": streams[0].text(), "stderr": streams[1].text(), "exit_code": exit_status(process.wait()),
                "execution_time": time.monotonic() - began, "pid": process.pid,
            }
        except TimeIsUp:
            kill_session(process.pid)
            process.wait()
            raise
        finally:
            sessions.discard(process.pid)
            os.close(ended)
            for stream in streams:
                stream.pipe.close()


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
            file.write(base64.b64decode(job["bytes"]))
            os.fchmod(file.fileno(), job["mode"])
        return {}


    def read(job):
        with regular_file(job["path"], os.O_RDONLY) as file:
            data = file.read(SETTINGS["file_limit"] + 1)
        if len(data) > SETTINGS["file_limit"]:
            message = "File is larger than %d bytes: %s" % (SETTINGS["file_limit"], job["path"])
            raise Refusal(413, "FILE_TOO_LARGE", message, job["path"])
        return {"bytes": base64.b64encode(data).decode()}


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
            shutil.rmtree(path)
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


    def perform(job, work):
        try:
            result = work(job)
        except TimeIsUp:
            return answer({"id": job["id"], "timed_out": True})
        except Refusal as refusal:
            return answer({"id": job["id"], "refusal": refusal.fields})
        except OSError as error:
            return answer({"id": job["id"], "refusal": file_refusal(error, job.get("path") or "").fields})
        except Exception as error:
            fields = Refusal(422, "EXECUTION_FAILED", "%s: %s" % (type(error).__name__, error)).fields
            return answer({"id": job["id"], "refusal": fields})
        answer({"id": job["id"], "result": result})


    def serve_python():
        interpreter = Interpreter()
        while True:
            perform(python_jobs.get(), interpreter.run)


    WORK = {
        "program": lambda job: run_program(job["words"], job), "shell": lambda job: run_program(shell_words(job), job),
        "write": write, "read": read, "list": list_files, "exists": exists, "make_directory": make_directory,
        "remove": remove,
    }
    exec(SETTINGS["streams"])
    WORK.update(STREAM_WORK)
    os.umask(0o022)
    for name in SETTINGS["directories"]:
        os.makedirs(place(name), exist_ok=True)
    python_jobs = queue.Queue()
    threading.Thread(target=serve_python, daemon=True).start()
    answer({"ready": True, "uid": os.getuid()})
    # Until here, errors were for whoever started this.
    os.dup2(NULL, 2)
    for line in REQUESTS:
        job = json.loads(line)
        if job["do"] == "python":
            python_jobs.put(job)
        elif job["do"] == "ping":
            answer({"id": job["id"], "result": {}})
        else:
            threading.Thread(target=perform, args=(job, WORK[job["do"]]), daemon=True).start()
    for session in list(sessions):
        kill_session(session)
    os._exit(0)
    """#
