import Digests
import Documents
import HopXProtocol

/// The templates of one session, and how they came to be: a value that only `FakeHopX` changes.
struct TemplateShelf {
    struct Build {
        let id: String
        let templateID: String
        let request: TemplateBuildRequest
        let startedAt: Double

        /// What the client is shown: every step, and that commands were not run.
        var log: String {
            var lines = ["FROM \(request.image)"]
            for (number, step) in request.steps.enumerated() {
                let notRun = step.kind == .run ? " (not run: this server builds no images)" : ""
                lines.append(
                    "Step \(number + 1)/\(request.steps.count): \(step.kind.rawValue) "
                        + step.arguments.joined(separator: " ") + notRun)
            }
            lines.append("Template \(request.name) is ready")
            return lines.map { $0 + "\n" }.joined()
        }
    }

    private let seed: String
    private let tools: SandboxTools
    /// In order of creation; nil until the session's time is known.
    private var templates: [HopXTemplate]?
    private var builds: [Build] = []
    private var buildCount = 0
    private var uploaded: Set<String> = []
    /// Ticket → the files that it may bring.
    private var tickets: [String: String] = [:]

    /// - Parameter tools: What the sandboxes of the included templates offer.
    init(seed: String, tools: SandboxTools) {
        self.seed = seed
        self.tools = tools
    }

    mutating func all(now: Double) -> [HopXTemplate] {
        if let templates { return templates }
        let included = HopXTemplate.included(now: now, tools: tools)
        templates = included
        return included
    }

    /// A template by its name or id.
    mutating func template(_ name: String, now: Double) -> HopXTemplate? {
        all(now: now).first { $0.name.hasSameScalars(as: name) } ?? all(now: now).first { $0.id == name }
    }

    mutating func delete(_ id: String) { templates?.removeAll { $0.id == id } }

    /// - Throws: `HopXError` when a build cannot begin.
    mutating func check(_ request: TemplateBuildRequest, now: Double) throws {
        if let taken = template(request.name, now: now) {
            guard !taken.isPublic else {
                throw HopXError(403, "FORBIDDEN", "Template '\(request.name)' is public and cannot be changed")
            }
            guard request.updates else {
                throw HopXError(409, "TEMPLATE_EXISTS", "A template named '\(request.name)' already exists")
            }
        }
        for step in request.steps {
            if let hash = step.filesHash, !uploaded.contains(hash) {
                throw HopXError.invalidRequest("The files \(hash) of a COPY step have not been uploaded")
            }
        }
    }

    /// Builds a template, which takes no time here.
    ///
    /// - Parameter ids: Those that a recording has for it; nil makes some up.
    mutating func build(
        _ request: TemplateBuildRequest, ids: (template: String, build: String)? = nil, now: Double
    ) -> Build {
        buildCount += 1
        let old = template(request.name, now: now)
        let digest = Digest.sha256Hex("\(seed)\nbuild\n\(buildCount)")
        let id = ids?.template ?? old?.id ?? String(1000 + buildCount)
        let build = Build(
            id: ids?.build ?? "build_" + digest.prefix(20), templateID: id, request: request, startedAt: now)
        builds.append(build)
        let made = HopXTemplate(request, id: id, buildID: build.id, now: now)
        templates = all(now: now).filter { $0.id != id && !$0.name.hasSameScalars(as: request.name) } + [made]
        return build
    }

    /// The latest build with this id, or of the template with this id.
    func build(_ id: String) -> Build? { builds.last { $0.id == id || $0.templateID == id } }

    // MARK: Files of builds

    func hasFiles(_ hash: String) -> Bool { uploaded.contains(hash) }

    /// Lets whoever has the ticket upload these files.
    mutating func ticket(for hash: String) -> String {
        let ticket = "up-" + Digest.sha256Hex("\(seed)\nupload\n\(hash)").prefix(24)
        tickets[ticket] = hash
        return ticket
    }

    /// - Throws: `HopXError` for a ticket that was not given for these files.
    mutating func upload(_ hash: String, ticket: String) throws {
        guard tickets[ticket] == hash else { throw HopXError(403, "FORBIDDEN", "This upload was not asked for") }
        uploaded.insert(hash)
    }
}
