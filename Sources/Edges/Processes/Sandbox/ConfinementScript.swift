/// The beginning of the supervisor's Python program: gives up rights, sets limits, and forks the first interpreter.
///
/// The fork comes before the supervisor has threads or descriptors of its own, so that what the two have in common is
/// loaded once and the rest at the same time.
let confinementScript = #"""
    import sys

    # The folder where code works is searched for modules by the interpreter alone.
    sys.path = [folder for folder in sys.path if folder]
    # As little as possible is imported before a sandbox is ready: modules of the library take longer than all else.
    import binascii, marshal, os, resource

    # It is ours, and JSON is Python but for these words.
    SETTINGS = eval(sys.argv[1], {"true": True, "false": False, "null": None})
    # What started this has added some of its own.
    os.environ.clear()
    os.environ.update(SETTINGS["environment"])


    def enter_user_namespace(uid):
        """A user namespace of this sandbox's own, so that its processes are counted apart from all others.

        Only needed when root has made the other namespaces; nobody else can make those without this one.
        """
        import ctypes

        library = ctypes.CDLL(None)
        # PR_SET_DUMPABLE 1: changing the user has made the files in /proc root's.
        library.prctl(4, 1, 0, 0, 0)
        # CLONE_NEWUSER
        if library.unshare(0x10000000) != 0:
            return False
        for name, line in ("setgroups", "deny"), ("uid_map", "%d %d 1"), ("gid_map", "%d %d 1"):
            with open("/proc/self/" + name, "w") as file:
                file.write(line % (uid, uid) if "%" in line else line)
        # The namespace's maker has every capability in it, to the next exec; a fork would hand them on.
        for capability in range(64):
            # PR_CAPBSET_DROP
            library.prctl(24, capability, 0, 0, 0)
        header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        if library.capset(header, none) != 0:
            raise OSError("capabilities cannot be dropped")
        return True


    def limit(name, most):
        """Sets a limit for this process and all that it will start; returns what is in force then."""
        kind = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(kind, (most, most))
        return resource.getrlimit(kind)[0]


    OWN_NAMESPACE = SETTINGS["isolated"]
    IS_OTHER_USER = os.getuid() == 0 and SETTINGS["uid"] is not None
    if IS_OTHER_USER:
        os.setgroups([])
        os.setresgid(*[SETTINGS["uid"]] * 3)
        os.setresuid(*[SETTINGS["uid"]] * 3)
        OWN_NAMESPACE = enter_user_namespace(SETTINGS["uid"])
    os.umask(0o022)
    # Before 5.14 the kernel counted a user's processes over all namespaces: everything else that the user runs, too.
    COUNTS_APART = OWN_NAMESPACE and [int(part) for part in os.uname().release.split("-")[0].split(".")[:2]] >= [5, 14]
    if not COUNTS_APART and not IS_OTHER_USER:
        del SETTINGS["limits"]["NPROC"]
    LIMITS = {name: limit(name, most) for name, most in SETTINGS["limits"].items()}


    class Forked:
        """A child made by a fork, as far as it is used like one of the module subprocess."""

        def __init__(self, pid, out, err):
            self.pid, self.stdout, self.stderr, self.returncode = pid, out, err, None

        def poll(self, flags=os.WNOHANG):
            if self.returncode is None:
                pid, status = os.waitpid(self.pid, flags)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            return self.returncode

        def wait(self):
            return self.poll(0)


    def fork_interpreter(directory):
        """The first interpreter; returns it with the ends of its two channels."""
        pipes = [os.pipe() for _ in range(4)]
        (request_end, requests), (replies, reply_end), (out, out_end), (err, err_end) = pipes
        pid = os.fork()
        if pid:
            for fd in (request_end, reply_end, out_end, err_end):
                os.close(fd)
            return Forked(pid, os.fdopen(out, "rb", 0), os.fdopen(err, "rb", 0)), requests, replies
        try:
            os.setsid()
            null = os.open("/dev/null", os.O_RDWR)
            for fd, standard in (null, 0), (out_end, 1), (err_end, 2):
                os.dup2(fd, standard)
            for fd in {null, requests, replies, out, err, out_end, err_end} - {0, 1, 2}:
                os.close(fd)
            raise_oom_score("self")
            os.chdir(directory)
            sys.argv = ["-c", str(request_end), str(reply_end)]
            sys.path.insert(0, "")
            exec(marshal.loads(binascii.a2b_base64(SETTINGS["interpreter"])), {"__name__": "__main__"})
            os._exit(0)
        finally:
            # Nothing of the supervisor's may run in the child, whatever happens.
            os._exit(1)


    def raise_oom_score(pid):
        """When memory is short, what the sandbox runs is ended before its supervisor is."""
        try:
            with open("/proc/%s/oom_score_adj" % pid, "w") as file:
                file.write("500")
        except OSError:
            pass


    def place(path):
        """Where a sandbox path is in the file system that this process sees."""
        return SETTINGS["root"] + path


    for name in SETTINGS["directories"]:
        os.makedirs(place(name), exist_ok=True)
    first_interpreter = fork_interpreter(place("/workspace"))
    """#
