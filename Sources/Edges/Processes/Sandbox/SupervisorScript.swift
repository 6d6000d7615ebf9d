/// The Python program that serves one sandbox from inside its namespaces: runs, files, time limits.
///
/// It reads one JSON request a line from its standard input and writes one JSON answer a line to its standard output.
/// Both are moved out of the way at once, so that nothing a user's program prints can get between.
/// Python code runs in a process of its own (`InterpreterScript`), which is replaced when it dies or overruns its time.
/// It ends at the end of its input, and the process tree with it.
let supervisorScript = confinementScript + supervisorBody

private let supervisorBody = #"""

    import _queue, _thread, codecs, ctypes, errno, fcntl, select, stat, struct, termios, time

    # PR_SET_DUMPABLE 0: processes of the same user may not look into this one or reach its descriptors.
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)

    REQUESTS = os.fdopen(os.dup(0), "rb")
    ANSWERS = os.dup(1)
    NULL = os.open("/dev/null", os.O_RDWR)
    os.dup2(NULL, 0)
    os.dup2(NULL, 1)
    answering = _thread.allocate_lock()
    sessions = set()


    class Refusal(Exception):
        def __init__(self, status, code, message, path=None):
            self.fields = {"status": status, "code": code, "message": message, "path": path}


    class TimeIsUp(Exception):
        pass


    def no_more_processes():
        return Refusal(422, "EXECUTION_FAILED", "The sandbox has reached its limit of processes")


    def answer(message):
        # Names of files need not be UTF-8; what cannot be written in JSON becomes a question mark.
        data = memoryview(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        with answering:
            while data:
                data = data[os.write(ANSWERS, data):]


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

        def take(self, most=1 << 20):
            room = SETTINGS["output_limit"] - len(self.kept) - self.told
            try:
                if room <= 0:
                    return self.drop(most)
                block = os.read(self.fd, most)
            except BlockingIOError:
                return 0
            self.is_open, count = bool(block), len(block)
            block, self.omitted = block[:room], self.omitted + max(0, len(block) - room)
            if self.tell:
                self.tell(block)
                self.told += len(block)
            else:
                self.kept += block
            return count

        def drop(self, most):
            """What is only counted need not be copied, where Python can say so (3.10)."""
            if not self.omitted:
                try:
                    fcntl.fcntl(self.fd, 1031, 1 << 20)  # F_SETPIPE_SZ
                except OSError:
                    # There are many already; it goes slower.
                    pass
            count = os.splice(self.fd, NULL, most) if hasattr(os, "splice") else len(os.read(self.fd, most))
            self.is_open = count > 0
            self.omitted += count
            return count

        def take_waiting(self):
            """Takes what is in the pipe at this moment, and no more: someone may go on writing."""
            waiting = struct.unpack("i", fcntl.ioctl(self.fd, termios.FIONREAD, b"\0" * 4))[0]
            while waiting > 0 and self.is_open:
                count = self.take(waiting)
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


    def living():
        """The parent and the session of each process that has not ended; and which have."""
        found, ended = {}, set()
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open("/proc/%s/stat" % name) as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                fields = "X"
            if fields[0] in "ZX":
                ended.add(int(name))
            else:
                found[int(name)] = int(fields[1]), int(fields[3])
        return found, ended


    def family(leader, processes):
        """The processes of a session, and those that came from one of them and have a session of their own."""
        parents = {pid: parent for pid, (parent, _) in processes.items()}
        in_sessions = {pid: session for pid, (_, session) in processes.items()}
        found = {pid for pid in parents if in_sessions[pid] == leader}
        leaders = {leader}
        while True:
            more = {
                pid for pid in parents.keys() - found if parents[pid] in found or in_sessions[pid] in leaders}
            if not more:
                return found
            found |= more
            leaders |= {in_sessions[pid] for pid in more} & more


    def signal_each(pids, number):
        for pid in pids:
            try:
                os.kill(pid, number)
            except OSError:
                pass


    def kill_session(leader):
        """Kills a program and everything it started, as long as one can be traced to the other."""
        # All are stopped before any is killed: what a killed one had just started could not be traced to it.
        stopped, ended = set(), set()
        for _ in range(50):
            processes, now_ended = living()
            running = family(leader, processes) - stopped
            # One that ended while the list was made may have started another that is not in it.
            if not running and now_ended <= ended:
                signal_each(stopped, signal.SIGKILL)
                break
            signal_each(running, signal.SIGSTOP)
            stopped |= running
            ended = now_ended
        else:
            # It forks faster than it can be stopped one by one. All at once cannot be outrun; other work goes with it.
            # Without namespaces, all would be all that the user runs.
            signal_each([-1] if SETTINGS["isolated"] else stopped, signal.SIGKILL)
        # A kill takes effect when the killed process is next run, which is soon.
        for _ in range(200):
            if not stopped & living()[0].keys():
                return
            time.sleep(0.005)


    def exit_status(code):
        return code if code >= 0 else 128 - code


    def working_directory(job):
        path = place(job["directory"])
        if not os.path.isdir(path):
            raise Refusal(404, "DIRECTORY_NOT_FOUND", "Directory not found: " + job["directory"], job["directory"])
        return path


    def started(process):
        """Notes a new process of the user's."""
        sessions.add(process.pid)
        raise_oom_score(process.pid)
        return process


    def popen(words, **options):
        """A process with a session of its own, nothing to read, and pipes for its outputs."""
        import subprocess

        return subprocess.Popen(
            words, stdin=NULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options)


    def output_of(*words):
        import subprocess

        return subprocess.run(words, stdin=NULL, capture_output=True, text=True).stdout.strip()


    def signal_words(number):
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = "a signal"
        why = {"SIGXCPU": ", as it has used up its CPU time", "SIGKILL": ", perhaps for want of memory"}.get(name, "")
        return "by signal %d (%s%s)" % (number, name, why)


    class Interpreter:
        """The Python process in which a sandbox's code runs, one piece after the other."""

        def __init__(self):
            self.count = 0
            process, self.requests, self.replies = first_interpreter
            self.adopt(process)

        def adopt(self, process):
            self.process = started(process)
            self.ended = os.pidfd_open(process.pid)
            self.streams = [Stream(process.stdout), Stream(process.stderr)]

        def start(self):
            request_end, self.requests = os.pipe()
            self.replies, reply_end = os.pipe()
            try:
                words = [SETTINGS["loader"], SETTINGS["interpreter"], str(request_end), str(reply_end)]
                self.adopt(popen(
                    [sys.executable, "-c"] + words, pass_fds=(request_end, reply_end), cwd=place("/workspace")))
            except OSError:
                os.close(self.requests)
                os.close(self.replies)
                raise
            finally:
                os.close(request_end)
                os.close(reply_end)

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
                "name": "<execution %d>" % self.count, "rich_limit": SETTINGS["rich_limit"],
                "streams": bool(job.get("streams")),
            }
            data = marshal.dumps(request, 2)
            data = memoryview(b"%d\n" % len(data) + data)
            reply = None
            try:
                while data:
                    data = data[os.write(self.requests, data):]
                reply = self.reply(began + job["timeout"])
            except TimeIsUp:
                self.stop()
                raise
            except BrokenPipeError:
                pass
            taken = time.monotonic() - began
            out, err = [stream.text() for stream in self.streams]
            if reply is None:
                # It went without a word: os._exit, a crash, a kill.
                code = exit_status(self.stop())
                how = " " + signal_words(code - 128) if code > 128 else ""
                err += "[the Python process was ended%s; its variables are gone]\n" % how
                reply = {"exit_code": code, "rich": []}
            return {
                "stdout": out, "stderr": err, "exit_code": reply["exit_code"], "rich": reply["rich"],
                "execution_time": taken,
            }

        def reply(self, deadline):
            """None when the process has ended, or when what it says is no reply."""
            data = bytearray()
            while not data.endswith(b"\n"):
                if collect(self.streams, [self.replies, self.ended], deadline) == self.ended:
                    return None
                block = os.read(self.replies, 1 << 16)
                data += block
                if not block or len(data) > 4 * SETTINGS["rich_limit"] + 65536:
                    return None
            try:
                # Code could have written it, too: JSON, which cannot do any harm.
                code, _, rich = bytes(data).partition(b" ")
                return {"exit_code": int(code), "rich": list(json.loads(rich))}
            except (ValueError, TypeError):
                return None


    def node_version(node):
        return output_of(node, "--version").lstrip("v")


    def shell_words(job):
        """A program and its arguments for code that gets a process of its own; and a folder to remove after it."""
        language, code = job["language"], job["code"]
        program = {"javascript": "node", "typescript": "node"}.get(language, language)
        path = shutil().which(program, path=SETTINGS["environment"]["PATH"] + ":/usr/local/go/bin")
        if not path:
            raise Refusal(422, "EXECUTION_FAILED", "This sandbox cannot run %s: %s is not installed" % (language, program))
        if language == "go":
            folder, _ = code_file("main.go", code)
            # Not 'go run', which has an exit code of its own.
            build = '"$0" build -o "$1/program" "$1/main.go" && exec "$1/program"'
            return ["sh", "-c", build, path, folder], folder
        if language == "typescript":
            version = node_version(path)
            if [int(part) for part in version.split(".")[:2] if part.isdigit()] < [22, 6]:
                message = "This sandbox cannot run typescript: it needs Node.js 22.6 or later, and has " + version
                raise Refusal(422, "EXECUTION_FAILED", message)
            folder, file = code_file("main.ts", code)
            return [path, "--no-warnings", "--experimental-strip-types", file], folder
        return [program, "-e" if program == "node" else "-c", code], None


    def shutil():
        """Imported when it is first needed: it takes long."""
        import shutil

        return shutil


    def code_file(name, code):
        """In a folder of its own, the same in every sandbox: its path is in what programs say of their failures."""
        for number in range(1, 1000):
            folder = place("/tmp/code-%d" % number)
            try:
                os.mkdir(folder)
                break
            except FileExistsError:
                continue
        with open(os.path.join(folder, name), "w") as file:
            file.write(code)
        return folder, os.path.join(folder, name)


    def run_code(job):
        words, folder = shell_words(job)
        try:
            return run_program(words, job)
        finally:
            if folder:
                shutil().rmtree(folder, ignore_errors=True)


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
            process = started(popen(
                words, env={**SETTINGS["environment"], **job["environment"]}, cwd=directory,
                pass_fds=() if keep is None else (keep,)))
        except BlockingIOError:
            raise no_more_processes()
        except (OSError, ValueError) as error:
            raise Refusal(422, "COMMAND_FAILED", "%s: %s" % (words[0], getattr(error, "strerror", None) or error))
        finally:
            if keep is not None:
                os.close(keep)
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


    def perform(job, work):
        try:
            result = work(job)
        except TimeIsUp:
            return answer({"id": job["id"], "timed_out": True})
        except Refusal as refusal:
            return answer({"id": job["id"], "refusal": refusal.fields})
        except BlockingIOError:
            return answer({"id": job["id"], "refusal": no_more_processes().fields})
        except OSError as error:
            return answer({"id": job["id"], "refusal": file_refusal(error, job.get("path") or "").fields})
        except Exception as error:
            fields = Refusal(422, "EXECUTION_FAILED", "%s: %s" % (type(error).__name__, error)).fields
            return answer({"id": job["id"], "refusal": fields})
        answer({"id": job["id"], "result": result})


    def tools(job):
        """Versions of the languages that can be run here, and of the Python libraries that can be imported."""
        found = {"python": ".".join(str(part) for part in sys.version_info[:3])}
        path = SETTINGS["environment"]["PATH"] + ":/usr/local/go/bin"
        for language, program, option in ("bash", "bash", "--version"), ("go", "go", "version"):
            program = shutil().which(program, path=path)
            if program:
                words = output_of(program, option).split()
                found[language] = next((word.lstrip("go") for word in words if any(map(str.isdigit, word))), "")
        node = shutil().which("node", path=path)
        if node:
            found["javascript"] = node_version(node)
            if [int(part) for part in found["javascript"].split(".")[:2] if part.isdigit()] >= [22, 6]:
                found["typescript"] = "by Node.js " + found["javascript"]
        from importlib import metadata

        libraries = {}
        for folder in metadata.distributions():
            if folder.metadata["Name"]:
                libraries[folder.metadata["Name"]] = folder.version or ""
        return {"languages": found, "libraries": libraries, "limits": LIMITS, "counts_apart": COUNTS_APART}


    def serve_python():
        interpreter = Interpreter()
        while True:
            perform(python_jobs.get(), interpreter.run)


    def serve_files():
        while True:
            job = file_jobs.get()
            perform(job, FILE_WORK[job["do"]])


    FILE_WORK = {
        "write": write, "read": read, "list": list_files, "exists": exists, "make_directory": make_directory,
        "remove": remove, "ping": lambda job: {},
    }
    def stream_part(name):
        """A name of the part that tells things while they happen, which is loaded when it is first needed."""
        with loading:
            if "STREAM_WORK" not in globals():
                exec(SETTINGS["streams"], globals())
        return globals()[name]


    def tell_output(job, streams):
        """From now on, what these streams take is told as it comes, unless the job wants it at its end."""
        for stream, name in zip(streams, ("stdout", "stderr")):
            stream.tell = stream_part("teller")(job["id"], name) if job.get("streams") else None


    def perform_stream(job):
        perform(job, stream_part("STREAM_WORK")[job["do"]])


    loading = _thread.allocate_lock()
    WORK = {"program": lambda job: run_program(job["words"], job), "shell": run_code, "tools": tools}
    STREAMS = {"terminal", "watch", "terminal_input", "terminal_size", "stream_arrived", "stream_end"}
    python_jobs, file_jobs = _queue.SimpleQueue(), _queue.SimpleQueue()
    # These are there before the user's code can use up the limit of processes, which counts threads.
    for serve in serve_python, serve_files, serve_files, serve_files:
        _thread.start_new_thread(serve, ())
    os.write(ANSWERS, b'{"ready": true}\n')
    # Until here, errors were for whoever started this.
    os.dup2(NULL, 2)
    import json, signal

    for line in REQUESTS:
        job = json.loads(line)
        if job["do"] == "python":
            python_jobs.put(job)
        elif job["do"] in FILE_WORK:
            file_jobs.put(job)
        else:
            work = (perform_stream, (job,)) if job["do"] in STREAMS else (perform, (job, WORK[job["do"]]))
            try:
                _thread.start_new_thread(*work)
            except RuntimeError:
                answer({"id": job["id"], "refusal": no_more_processes().fields})
    for session in list(sessions):
        kill_session(session)
    os._exit(0)
    """#
