/// The part of a sandbox's supervisor that tells things while they happen: output of programs, terminals, changes of files.
///
/// Run inside `supervisorScript`, whose names it uses, when it is first needed. An event is a line `{"id": …, "event": {…}}` before a call's answer.
/// Terminals and watches are named by whoever opens them; they fall silent when too much is on its way, until it is said
/// to have arrived.
let streamsScript = #"""
    import pty, subprocess, threading


    def teller(number, name):
        decoder = codecs.getincrementaldecoder("utf-8")("replace")

        def tell(block):
            text = decoder.decode(block)
            if text:
                answer({"id": number, "event": {name: text}})
        return tell


    class Flow:
        """So much may be on its way to whoever listens."""

        def __init__(self, size):
            self.left, self.changed, self.is_over = size, threading.Condition(), False

        def wait(self):
            """Returns when there is room; False when it is over."""
            with self.changed:
                self.changed.wait_for(lambda: self.left > 0 or self.is_over)
                return not self.is_over

        def put(self, count):
            with self.changed:
                self.left -= count

        def arrived(self, count):
            with self.changed:
                self.left += count
                self.changed.notify_all()

        def end(self):
            with self.changed:
                self.is_over = True
                self.changed.notify_all()


    # A session leader takes the terminal for its own, and becomes the shell.
    ON_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"


    class Terminal:
        def __init__(self, job):
            environment = {**SETTINGS["environment"], "TERM": "xterm", "PS1": "\\w\\$ ", **job["environment"]}
            shell = ["bash", "--norc", "--noprofile", "-i"]
            if not shutil().which("bash", path=SETTINGS["environment"]["PATH"]):
                shell = ["sh", "-i"]
            self.number, self.flow, self.lock = job["id"], Flow(1 << 18), threading.Lock()
            self.master, slave = pty.openpty()
            self.stopping, self.stop = os.pipe()
            self.is_open = True
            self.resize({"columns": 80, "rows": 24})
            try:
                self.process = started(subprocess.Popen(
                    [sys.executable, "-I", "-c", ON_TERMINAL] + shell, stdin=slave, stdout=slave, stderr=slave,
                    env=environment, cwd=place("/workspace"), start_new_session=True))
            except BaseException:
                for fd in (self.master, self.stopping, self.stop):
                    os.close(fd)
                raise
            finally:
                os.close(slave)
            os.set_blocking(self.master, False)

        def run(self):
            ended = os.pidfd_open(self.process.pid)
            decoder = codecs.getincrementaldecoder("utf-8")("replace")
            poll = select.poll()
            for fd in (self.master, ended, self.stopping):
                poll.register(fd, select.POLLIN)
            try:
                # What the shell leaves behind may go on writing; so much of it is shown.
                rest = 1 << 20
                while self.flow.wait() and rest > 0:
                    ready = {fd for fd, _ in poll.poll()}
                    if self.master not in ready or self.stopping in ready:
                        break
                    try:
                        block = os.read(self.master, 65536)
                    except BlockingIOError:
                        continue
                    except OSError:
                        # The last who had the terminal open has closed it.
                        break
                    if ended in ready:
                        rest -= len(block)
                    text = decoder.decode(block)
                    if text:
                        self.flow.put(len(text))
                        answer({"id": self.number, "event": {"output": text}})
            finally:
                kill_session(self.process.pid)
                code = self.process.wait()
                sessions.discard(self.process.pid)
                with self.lock:
                    self.is_open = False
                    for fd in (self.master, ended, self.stopping, self.stop):
                        os.close(fd)
            return {"exit_code": exit_status(code)}

        def write(self, job):
            data = memoryview(job["text"].encode("utf-8", "replace"))
            while data:
                with self.lock:
                    if not self.is_open:
                        return
                    poll = select.poll()
                    poll.register(self.master, select.POLLOUT)
                    try:
                        if poll.poll(0):
                            data = data[os.write(self.master, data):]
                            continue
                    except BlockingIOError:
                        pass
                # A program that does not read what is typed; who types waits for it.
                time.sleep(0.01)

        def resize(self, job):
            with self.lock:
                if self.is_open:
                    size = struct.pack("HHHH", job["rows"], job["columns"], 0, 0)
                    fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

        def end(self):
            self.flow.end()
            with self.lock:
                if self.is_open:
                    os.write(self.stop, b"x")


    class Watch:
        """inotify(7) over a file, or a directory and all that is below it."""

        MODIFY, CLOSE_WRITE, MOVED_FROM, MOVED_TO, CREATE = 0x2, 0x8, 0x40, 0x80, 0x100
        DELETE, DELETE_SELF, OVERFLOW, IGNORED, IS_DIRECTORY = 0x200, 0x400, 0x4000, 0x8000, 0x40000000
        MOST = 4096
        libc = ctypes.CDLL(None, use_errno=True)

        def __init__(self, job):
            self.number, self.flow, self.lock = job["id"], Flow(256), threading.Lock()
            self.paths, self.is_open = {}, True
            if not os.path.lexists(place(job["path"])):
                raise Refusal(404, "FILE_NOT_FOUND", "File not found: " + job["path"], job["path"])
            self.fd = self.libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
            if self.fd < 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            self.stopping, self.stop = os.pipe()
            self.add(job["path"])
            if not self.paths:
                self.close()
                raise Refusal(403, "PERMISSION_DENIED", "Permission denied: " + job["path"], job["path"])

        def add(self, path):
            """Watches it and all directories below it; what stands in them."""
            mask = (self.MODIFY | self.CLOSE_WRITE | self.MOVED_FROM | self.MOVED_TO | self.CREATE | self.DELETE
                    | self.DELETE_SELF)
            if len(self.paths) >= self.MOST:
                return []
            watch = self.libc.inotify_add_watch(self.fd, os.fsencode(place(path)), ctypes.c_uint32(mask))
            if watch < 0:
                return []
            self.paths[watch] = path
            found = []
            try:
                for entry in os.scandir(place(path)):
                    below = os.path.join(path, entry.name)
                    found.append(below)
                    if entry.is_dir(follow_symlinks=False):
                        found += self.add(below)
            except OSError:
                pass
            return found

        def run(self):
            poll = select.poll()
            for fd in (self.fd, self.stopping):
                poll.register(fd, select.POLLIN)
            try:
                while self.flow.wait():
                    if self.stopping in {fd for fd, _ in poll.poll()}:
                        break
                    for path, event in self.changes(os.read(self.fd, 65536)):
                        self.flow.put(1)
                        answer({"id": self.number, "event": {"path": path, "change": event}})
            finally:
                self.close()
            return {}

        def changes(self, block):
            """What the kernel says, in words; the two halves of a renaming are one."""
            moved, place_in = {}, 0
            while place_in < len(block):
                watch, mask, cookie, length = struct.unpack_from("iIII", block, place_in)
                name = os.fsdecode(block[place_in + 16:place_in + 16 + length].rstrip(b"\0"))
                place_in += 16 + length
                if mask & self.IGNORED:
                    self.paths.pop(watch, None)
                if mask & (self.IGNORED | self.OVERFLOW) or watch not in self.paths:
                    continue
                path = os.path.join(self.paths[watch], name) if name else self.paths[watch]
                inside = []
                if mask & self.IS_DIRECTORY and mask & (self.CREATE | self.MOVED_TO):
                    inside = self.add(path)
                if mask & self.MOVED_FROM:
                    moved[cookie] = path
                elif mask & self.MOVED_TO:
                    yield path, "renamed" if moved.pop(cookie, None) else "created"
                elif mask & self.CREATE:
                    yield path, "created"
                    # Made before the new directory was watched.
                    for below in inside:
                        yield below, "created"
                elif mask & self.DELETE or mask & self.DELETE_SELF and not self.is_below(path):
                    yield path, "deleted"
                elif mask & (self.MODIFY | self.CLOSE_WRITE) and not mask & self.IS_DIRECTORY:
                    yield path, "modified"
            for path in moved.values():
                yield path, "deleted"

        def is_below(self, path):
            """True for what has a watched directory above it, which tells of its end, too."""
            return os.path.dirname(path) in self.paths.values()

        def end(self):
            self.flow.end()
            with self.lock:
                if self.is_open:
                    os.write(self.stop, b"x")

        def close(self):
            with self.lock:
                self.is_open = False
                for fd in (self.fd, self.stopping, self.stop):
                    os.close(fd)


    open_streams = {}


    def run_stream(kind):
        def run(job):
            if job["stream"] in open_streams:
                raise Refusal(409, "INVALID_REQUEST", "This stream is open already")
            if len(open_streams) >= 64:
                raise Refusal(429, "TOO_MANY_STREAMS", "64 terminals and watches are open in this sandbox already")
            stream = open_streams[job["stream"]] = kind(job)
            # Before this, nothing could have been sent to it.
            answer({"id": job["id"], "event": {"begun": True}})
            try:
                return stream.run()
            finally:
                del open_streams[job["stream"]]
        return run


    def to_stream(act):
        def run(job):
            stream = open_streams.get(job["stream"])
            if stream:
                act(stream, job)
            return {}
        return run


    STREAM_WORK = {
        "terminal": run_stream(Terminal), "watch": run_stream(Watch),
        "terminal_input": to_stream(lambda stream, job: stream.write(job)),
        "terminal_size": to_stream(lambda stream, job: stream.resize(job)),
        "stream_arrived": to_stream(lambda stream, job: stream.flow.arrived(job["count"])),
        "stream_end": to_stream(lambda stream, job: stream.end()),
    }
    """#
