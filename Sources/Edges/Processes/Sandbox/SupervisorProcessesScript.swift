/// A part of the supervisor's program. Starting programs, and killing them with all that they have started.
let processesScript = #"""


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


    class Apart:
        """What runs without anyone waiting for it, by the name under which it may be killed."""

        def __init__(self):
            self.lock, self.leaders, self.killed = _thread.allocate_lock(), {}, set()

        def begin(self, job, leader):
            """Notes who leads a job's processes. A kill may have come first."""
            name = job.get("process")
            if name is None:
                return
            with self.lock:
                self.leaders[name] = leader
                is_killed = name in self.killed
            answer({"id": job["id"], "event": {"pid": leader}})
            if is_killed:
                kill_session(leader)

        def end(self, job):
            with self.lock:
                self.leaders.pop(job.get("process"), None)

        def kill(self, job):
            with self.lock:
                # Kept for one that is still on its way; names are used once.
                self.killed.add(job["process"])
                leader = self.leaders.get(job["process"])
            if leader is not None:
                kill_session(leader)
            return {}


    apart = Apart()

    # The first of what runs apart. What leaves its parents and its session comes to it (PR_SET_CHILD_SUBREAPER), and can
    # be killed with the rest. It ends with the program that it starts, and that with it (PR_SET_PDEATHSIG): its number is
    # the one that clients see. Python may have changed its own environment.
    KEEPER = '''
    import ctypes, os, sys
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    program = os.fork()
    if not program:
        ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
        with open("/proc/self/environ", "rb") as file:
            environment = dict(part.split(b"=", 1) for part in file.read().split(b"\\0") if b"=" in part)
        try:
            os.execvpe(sys.argv[1], sys.argv[1:], environment)
        except OSError as error:
            os.write(2, ("%s: %s\\n" % (sys.argv[1], error.strerror)).encode())
            os._exit(127)
    ended = 0
    while ended != program:
        ended, status = os.wait()
    os._exit(status >> 8 if status & 127 == 0 else 128 + (status & 127))
    '''


    def kept(words):
        return [sys.executable, "-I", "-S", "-c", KEEPER] + words


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
    """#
