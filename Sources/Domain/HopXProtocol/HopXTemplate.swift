public import Documents

/// A template that sandboxes are made from.
public struct HopXTemplate: Sendable, Equatable {
    public enum Status: String, Sendable { case building, active, failed }

    /// Digits, as the service's are; always sent as text.
    public let id: String
    public let name: String
    public var displayName: String
    public var description: String
    public var category: String
    public var language: String
    public var isPublic: Bool
    public var status = Status.active
    public var buildID: String?
    public var resources: HopXResources
    public var features: [String]
    public var tags: [String]
    /// What a sandbox of this template has in its environment from the start.
    public var environment: [String: String] = [:]
    /// Seconds since 1970.
    public let createdAt: Double
    public var updatedAt: Double

    /// What every sandbox server here offers.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970: when they were made.
    ///   - tools: What their sandboxes really offer: languages are among the features, versions in the description,
    ///     Python's libraries among the tags, as `numpy 1.26.4`. Nothing where that is not known.
    public static func included(now: Double, tools: SandboxTools = SandboxTools()) -> [HopXTemplate] {
        var included = [
            HopXTemplate(
                id: "1", name: "code-interpreter", displayName: "Code Interpreter",
                description: "Python with its state kept between calls, and shells", category: "development",
                language: "python", isPublic: true, resources: .standard,
                features: ["python", "bash", "files"], tags: ["python", "data"], createdAt: now, updatedAt: now),
            HopXTemplate(
                id: "2", name: "base", displayName: "Base", description: "A plain Linux system",
                category: "operating-systems", language: "bash", isPublic: true, resources: .standard,
                features: ["bash", "files"], tags: ["linux"], createdAt: now, updatedAt: now),
        ]
        guard !tools.languages.isEmpty else { return included }
        for index in included.indices {
            included[index].features = tools.languages.keys.sorted() + ["files"]
            included[index].description += ": " + tools.languageVersions.joined(separator: ", ")
        }
        included[0].tags += tools.libraryVersions
        return included
    }

    /// A template that a client has built.
    public init(_ build: TemplateBuildRequest, id: String, buildID: String, now: Double) {
        self.init(
            id: id, name: build.name, displayName: build.name, description: "Built from \(build.image)",
            category: "custom", language: "python", isPublic: false, buildID: buildID, resources: build.resources,
            features: ["python", "bash", "files"], tags: [], environment: build.environment, createdAt: now,
            updatedAt: now)
    }

    private init(
        id: String, name: String, displayName: String, description: String, category: String, language: String,
        isPublic: Bool, buildID: String? = nil, resources: HopXResources, features: [String], tags: [String],
        environment: [String: String] = [:], createdAt: Double, updatedAt: Double
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.description = description
        self.category = category
        self.language = language
        self.isPublic = isPublic
        self.buildID = buildID
        self.resources = resources
        self.features = features
        self.tags = tags
        self.environment = environment
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// All fields of the public interface. `organization_id` is text here, though a sandbox's is a number.
    public var fields: JSONObject {
        var fields = JSONObject([
            ("id", .string(id)), ("object", "template"), ("name", .string(name)),
            ("display_name", .string(displayName)), ("description", .string(description)),
            ("category", .string(category)), ("language", .string(language)), ("icon", ""), ("docs_url", ""),
            ("status", .string(status.rawValue)), ("is_active", .bool(status == .active)),
            ("is_public", .bool(isPublic)), ("organization_id", "1"), ("popularity_score", 0),
            ("features", .array(features.map(JSONValue.string))), ("tags", .array(tags.map(JSONValue.string))),
            ("default_resources", resources.templateBody), ("min_resources", HopXResources.least.templateBody),
            ("max_resources", HopXResources.most.templateBody),
            ("created_at", .string(HopXTime.text(createdAt))), ("updated_at", .string(HopXTime.text(updatedAt))),
        ])
        if let buildID { fields["build_id"] = .string(buildID) }
        return fields
    }
}
