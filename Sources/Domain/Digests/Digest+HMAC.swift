import Crypto

extension Digest {
    /// A message's authentication code (RFC 2104) by SHA-256: 64 hex digits.
    public static func hmacSHA256Hex(_ message: [UInt8], key: [UInt8]) -> String {
        HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count < 2 ? "0" + hex : hex
        }.joined()
    }
}
