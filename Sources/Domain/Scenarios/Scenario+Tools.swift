public import AgentChats

extension Scenario {
    /// A function that one agent's model may call, and that another executes.
    public struct Tool: Sendable, Equatable {
        public enum Action: Sendable, Equatable {
            /// One of the tutorial's three, by the tool's name.
            case tutorial
            /// Code with `{PARAMETER}` for arguments, run in the sandbox that all tools share; its output is the result.
            case code(String, language: String, timeout: Int)
            /// One result for each call; the last one stays.
            case scripted([ToolOutcome])
        }

        public var tool: AgentChats.Tool
        /// Whose requests offer it.
        public var caller: String
        public var executor: String
        public var action: Action

        public init(_ tool: AgentChats.Tool, caller: String, executor: String, action: Action) {
            self.tool = tool
            self.caller = caller
            self.executor = executor
            self.action = action
        }

        /// Whether a call of it needs a sandbox.
        public var runsCode: Bool { if case .scripted = action { false } else { true } }

        /// The tutorial's tools.
        public static let tutorial = [
            AgentChats.Tool(
                name: "run_data_analysis", description: "Execute Python code for data analysis",
                parameters: [AgentChats.Tool.Parameter("code", .string)]),
            AgentChats.Tool(
                name: "create_visualization", description: "Create a visualization with matplotlib",
                parameters: [AgentChats.Tool.Parameter("code", .string)]),
            AgentChats.Tool(
                name: "install_package", description: "Install a Python package",
                parameters: [AgentChats.Tool.Parameter("package", .string)]),
        ]
    }
}
