/// A part of the supervisor's program. Runs of shells, other languages and commands.
let programsScript = #"""


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
        if "process" in job:
            words = kept(words)
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
        apart.begin(job, process.pid)
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
            apart.end(job)
            sessions.discard(process.pid)
            os.close(ended)
            for stream in streams:
                stream.pipe.close()
    """#
