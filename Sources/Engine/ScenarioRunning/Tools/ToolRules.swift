import AgentChats
import Documents

/// How a tool runs code in a sandbox: what it runs for its arguments, and what it says of the result.
public struct ToolRules: Sendable {
    /// `python`, `bash`, `javascript` or `typescript`.
    var language: String
    /// Seconds that one call may take.
    var timeout: Int
    var code: @Sendable (JSONObject) -> String
    var text: @Sendable (JSONObject, RunResult) -> String
}

extension ToolRules {
    /// The tutorial's `run_data_analysis(code)`.
    public static let runDataAnalysis = ToolRules(
        language: "python", timeout: 60, code: { argument("code", $0) },
        text: { _, result in
            guard result.exitCode == 0 else { return "Error: \(result.stderr)" }
            return result.stdout.isEmpty ? "Code executed successfully" : result.stdout
        })

    /// The tutorial's `create_visualization(code)`.
    public static let createVisualization = ToolRules(
        language: "python", timeout: 60,
        code: { arguments in
            """

            import matplotlib
            matplotlib.use('Agg')
            import matplotlib.pyplot as plt

            \(argument("code", arguments))

            plt.savefig('/app/chart.png', dpi=150, bbox_inches='tight')
            plt.close()
            print("Chart saved to /app/chart.png")

            """
        },
        text: { _, result in
            result.exitCode == 0
                ? "Visualization created and saved to /app/chart.png" : "Error: \(result.stderr)"
        })

    /// The tutorial's `install_package(package)`.
    public static let installPackage = ToolRules(
        language: "bash", timeout: 120, code: { "pip install \(argument("package", $0))" },
        text: { arguments, result in
            let package = argument("package", arguments)
            return result.exitCode == 0
                ? "Successfully installed \(package)" : "Failed to install \(package): \(result.stderr)"
        })

    /// Code with `{PARAMETER}` for each argument, and what it printed as the result.
    ///
    /// A text stands as it is, anything else as Python shows it; other braces stay what they are.
    public static func template(
        _ template: String, language: String, timeout: Int, parameters: [String]
    ) -> ToolRules {
        ToolRules(
            language: language, timeout: timeout,
            code: { arguments in ToolText.filled(template, arguments, names: parameters) },
            text: { _, result in
                result.exitCode == 0 ? result.stdout : "Error: \(result.stderr)"
            })
    }

    private static func argument(_ name: String, _ arguments: JSONObject) -> String {
        ToolText.shown(arguments[name] ?? .null)
    }
}
