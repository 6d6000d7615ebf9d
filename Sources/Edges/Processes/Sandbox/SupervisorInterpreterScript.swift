/// A part of the supervisor's program. The process in which Python code runs, as its supervisor sees it.
let interpreterKeeperScript = #"""


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
    """#
