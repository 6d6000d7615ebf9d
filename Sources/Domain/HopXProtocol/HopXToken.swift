import Digests
import Documents

/// Access tokens for agents: shaped like a JSON Web Token, opaque to every client.
public enum HopXToken {
    /// How long a token is good for, in seconds; clients renew one that has less than an hour left.
    public static let lifetime: Double = 24 * 60 * 60

    /// The n-th token of a sandbox: the same for the same arguments, different for each `number`.
    ///
    /// - Parameter secret: Keeps tokens from being guessed; never part of the token.
    public static func issue(sandbox: String, number: Int, expiresAt: Double, secret: String) -> String {
        let claims: JSONValue = [
            "sandbox_id": .string(sandbox), "jti": .number(number),
            "iat": .number(Int((expiresAt - lifetime).rounded(.down))), "exp": .number(Int(expiresAt.rounded(.down))),
        ]
        let header: JSONValue = ["alg": "HS256", "typ": "JWT"]
        let signed = encode(header.bytes()) + "." + encode(claims.bytes())
        return signed + "." + encode(Digest.sha256(Array("\(secret)\n\(signed)\n\(secret)".utf8)))
    }

    /// Base64 for URLs, without padding (RFC 7515 section 2).
    private static func encode(_ bytes: [UInt8]) -> String {
        String(
            Base64.encode(bytes).compactMap { character in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            } as [Character])
    }
}
