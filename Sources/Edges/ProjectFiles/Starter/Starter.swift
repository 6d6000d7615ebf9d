/// What a project begins with: a scenario that passes at once, settings, and what git and pytest have to know.
///
/// All of it is for its owner to change; nothing depends on it later.
public enum Starter {
    /// A file of a new project.
    public struct File: Sendable {
        /// In the project's folder.
        public let path: String
        /// What it is for, in a few words.
        public let purpose: String
        public let text: String
        /// The lines that a file of this name has to have to serve the same purpose; empty where it is its owner's alone.
        public let requiredLines: [String]

        init(_ path: String, _ purpose: String, _ text: String, requiredLines: [String] = []) {
            self.path = path
            self.purpose = purpose
            self.text = text
            self.requiredLines = requiredLines
        }
    }

    /// The name of the scenario and of its cassette.
    public static let scenarioName = "hello"

    public static let scenario = File(
        "scenarios/\(scenarioName).yaml", "a conversation of two agents, and what is expected of it", scenarioText)

    /// What tells git how cassettes are merged; it is said once in each clone, as git takes no commands from files.
    public static let mergeCommands = [
        #"git config merge.understudy.name "cassettes""#,
        #"git config merge.understudy.driver "understudy cassette merge %O %A %B --path %P""#,
    ]

    /// All that is written; the cassette is recorded.
    public static let files = [
        scenario,
        File("understudy.yaml", "settings for all cassettes", settingsText),
        File(".gitattributes", "cassettes are merged by understudy", attributesText, requiredLines: [attributesLine]),
        File(".gitignore", "stored runs and half recordings stay here", ignoreText, requiredLines: ignoredFiles),
        File("conftest.py", "each test of pytest plays a cassette from its start", conftestText),
    ]
}
