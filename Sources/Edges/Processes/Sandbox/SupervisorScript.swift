/// The Python program that serves one sandbox from inside its namespaces: runs, files, time limits.
///
/// It reads one JSON request a line from its standard input and writes one JSON answer a line to its standard output.
/// Both are moved out of the way at once, so that nothing a user's program prints can get between.
/// Python code runs in a process of its own (`InterpreterScript`), which is replaced when it dies or overruns its time.
/// It ends at the end of its input, and the process tree with it.
let supervisorScript =
    confinementScript + supervisorHead + outputScript + processesScript + interpreterKeeperScript + programsScript
    + filesScript + supervisorBody

private let supervisorHead = #"""

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
    """#

private let supervisorBody = #"""


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
    WORK = {"program": lambda job: run_program(job["words"], job), "shell": run_code, "tools": tools, "kill": apart.kill}
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
