import Glibc
import NIOSSL
import Synchronization

/// The certificates that systems are trusted by besides those the machine trusts: the company's own
/// authority, or a server's own certificate. Everything else of TLS is checked as ever.
final class CertificateAuthorities: Sendable {
  private struct Known {
    var changed: Int
    var trust: TLSConfiguration
  }

  private let known = Mutex<[String: Known]>([:])

  /// How TLS is verified with the certificates of a PEM file; read anew when the file has changed.
  ///
  /// - Throws: ``HTTPTransportError/untrusted(_:)`` when it cannot be read or holds no certificate.
  func trust(in path: String) throws(HTTPTransportError) -> TLSConfiguration {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .untrusted("the CA file \(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    let changed = status.st_mtim.tv_sec
    if let found = known.withLock({ $0[path] }), found.changed == changed { return found.trust }
    guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
      throw .untrusted("the CA file \(path) holds no certificate in PEM form")
    }
    var trust = TLSConfiguration.makeClientConfiguration()
    trust.additionalTrustRoots = [.certificates(certificates)]
    known.withLock { $0[path] = Known(changed: changed, trust: trust) }
    return trust
  }
}
