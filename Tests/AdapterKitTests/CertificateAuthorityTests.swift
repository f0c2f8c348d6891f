import AdapterKit
import DealModel
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing

@Suite("Certificates that the machine does not trust")
struct CertificateAuthorityTests {
  @Test(
    "a server that a company's own authority vouches for is trusted through that authority's file")
  func ownAuthority() async throws {
    try await withServer(certificate: Self.leaf, key: Self.leafKey) { transport, port in
      let url = "https://localhost:\(port)/"
      #expect(await isUntrusted(transport, url, caFile: nil))
      let file = try temporary(Self.authority)
      defer { try? FileManager.default.removeItem(atPath: file) }
      #expect(try await status(transport, url, caFile: file) == 200)
      // What one system trusts, another does not.
      #expect(await isUntrusted(transport, url, caFile: nil))
    }
  }

  @Test("a file with another authority trusts nothing more, and the name is checked as ever")
  func otherAuthority() async throws {
    try await withServer(certificate: Self.leaf, key: Self.leafKey) { transport, port in
      let other = try temporary(Self.selfSigned)
      let own = try temporary(Self.authority)
      defer { for path in [other, own] { try? FileManager.default.removeItem(atPath: path) } }
      #expect(await isUntrusted(transport, "https://localhost:\(port)/", caFile: other))
    }
    // The certificate is for another name than the server is asked by.
    try await withServer(certificate: Self.selfSigned, key: Self.selfSignedKey) { transport, port in
      let file = try temporary(Self.selfSigned)
      defer { try? FileManager.default.removeItem(atPath: file) }
      #expect(await isUntrusted(transport, "https://127.0.0.1:\(port)/", caFile: file))
    }
  }

  @Test("a self-signed certificate is trusted when it is the file")
  func selfSigned() async throws {
    try await withServer(certificate: Self.selfSigned, key: Self.selfSignedKey) { transport, port in
      let url = "https://localhost:\(port)/"
      #expect(await isUntrusted(transport, url, caFile: nil))
      let file = try temporary(Self.selfSigned)
      defer { try? FileManager.default.removeItem(atPath: file) }
      #expect(try await status(transport, url, caFile: file) == 200)
    }
  }

  @Test("a file that is not there, or holds no certificate, is named and nothing is sent")
  func brokenFile() async throws {
    let transport = AsyncHTTPTransport()
    let empty = try temporary("no certificate")
    defer { try? FileManager.default.removeItem(atPath: empty) }
    for path in ["/nowhere/ca.pem", empty] {
      do {
        _ = try await status(transport, "https://localhost:1/", caFile: path)
        Issue.record("\(path) was taken")
      } catch HTTPTransportError.untrusted(let words) {
        #expect(words.contains(path))
      }
    }
    await transport.shutdown()
  }

  private func status(
    _ transport: AsyncHTTPTransport, _ url: String, caFile: String?
  ) async throws -> Int {
    try await transport.exchange(
      HTTPRequest(method: "GET", url: url, caFile: caFile), deadline: .seconds(20),
      maximumBytes: 1 << 20
    ).status
  }

  private func isUntrusted(
    _ transport: AsyncHTTPTransport, _ url: String, caFile: String?
  ) async -> Bool {
    do {
      _ = try await status(transport, url, caFile: caFile)
      return false
    } catch HTTPTransportError.untrusted {
      return true
    } catch {
      Issue.record(error)
      return false
    }
  }

  private func temporary(_ text: String) throws -> String {
    let path = "/tmp/plumbline-ca-\(UUID().uuidString).pem"
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  /// Runs work against a server with that certificate.
  private func withServer(
    certificate: String, key: String,
    _ work: (AsyncHTTPTransport, Int) async throws -> Void
  ) async throws {
    let configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: [
        .certificate(try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))
      ],
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
    let context = try NIOSSLContext(configuration: configuration)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Answering())
        }
      }
      .bind(host: "localhost", port: 0).get()
    let transport = AsyncHTTPTransport()
    do { try await work(transport, try #require(channel.localAddress?.port)) } catch {
      Issue.record(error)
    }
    await transport.shutdown()
    try await channel.close().get()
  }

  /// Answers every request with 200 and nothing else.
  private final class Answering: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .end = unwrapInboundIn(data) else { return }
      let head = HTTPResponseHead(
        version: .http1_1, status: .ok, headers: ["Content-Length": "0"])
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }

  // Made for these tests; they open nothing else, and end in a hundred years.

  private static let authority = """
    -----BEGIN CERTIFICATE-----
    MIIBsTCCAVegAwIBAgIUKPvhOvScIWKYx9VmxDnwaA/W3SYwCgYIKoZIzj0EAwIw
    JTEjMCEGA1UEAwwaQnJpZ2h0d2F0ZXIgVGVzdCBBdXRob3JpdHkwIBcNMjYxMTI0
    MDE0NDA3WhgPMjEyNjEwMzEwMTQ0MDdaMCUxIzAhBgNVBAMMGkJyaWdodHdhdGVy
    IFRlc3QgQXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/k/aj3R1
    1usPO4RpePlVrim4o41RXl0IQi0YrSAATUqQczspQcgSuLtcEDA+9EPrK5QaWvvt
    wUOHrHKioiu5LaNjMGEwHQYDVR0OBBYEFDYBn9LBQvqkgzl0hD5tqwbFHbOaMB8G
    A1UdIwQYMBaAFDYBn9LBQvqkgzl0hD5tqwbFHbOaMA8GA1UdEwEB/wQFMAMBAf8w
    DgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0gAMEUCIQCbeRgHoQNgjSvhi2AP
    PEaGBJRtBEAQURwdX/C1w7pTjQIgB7GkzUv/x+5jcHHv71SYjElRwTTNoR5uT237
    6nDvhCg=
    -----END CERTIFICATE-----
    """

  private static let leaf = """
    -----BEGIN CERTIFICATE-----
    MIIBsDCCAVagAwIBAgIUMDGfG1HXtDHvSPd4EAfLdRDTRZswCgYIKoZIzj0EAwIw
    JTEjMCEGA1UEAwwaQnJpZ2h0d2F0ZXIgVGVzdCBBdXRob3JpdHkwIBcNMjYxMTI0
    MDE0NDA3WhgPMjEyNjEwMzEwMTQ0MDdaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZ
    MBMGByqGSM49AgEGCCqGSM49AwEHA0IABNNqjSHggBFDP40ZFWcxwnpu7V8QwUt3
    ZH1yZWQwZpXjeR4ltnYJqJqTraqSI9wVeOV6/mzFzVGodjlymCQG8aqjczBxMBoG
    A1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATATBgNVHSUEDDAKBggrBgEFBQcDATAd
    BgNVHQ4EFgQUstaV/jdtRy8bbAp1GkW9v5Ke0lMwHwYDVR0jBBgwFoAUNgGf0sFC
    +qSDOXSEPm2rBsUds5owCgYIKoZIzj0EAwIDSAAwRQIgXVY8pSSGOwkhlyqA89K7
    MNSi0hSy/gqQkrh+A8uDJn4CIQCBI3XWRh1uq86kGz48iAjXHQFYkJC46/zn39/M
    nMMtSQ==
    -----END CERTIFICATE-----
    """

  private static let leafKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/esNTgfnRUUjaM3i
    h0fDKAcV9OadwtCXFES5axL2s1mhRANCAATTao0h4IARQz+NGRVnMcJ6bu1fEMFL
    d2R9cmVkMGaV43keJbZ2Caiak62qkiPcFXjlev5sxc1RqHY5cpgkBvGq
    -----END PRIVATE KEY-----
    """

  private static let selfSigned = """
    -----BEGIN CERTIFICATE-----
    MIIBsTCCAVegAwIBAgIUBLo6aswUpd4vOXYi1opRAATcN6owCgYIKoZIzj0EAwIw
    IjEgMB4GA1UEAwwXc2FwLmJyaWdodHdhdGVyLmV4YW1wbGUwIBcNMjYxMTI0MDE0
    NDA4WhgPMjEyNjEwMzEwMTQ0MDhaMCIxIDAeBgNVBAMMF3NhcC5icmlnaHR3YXRl
    ci5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhcE/gImbq8r62iOt
    td1yiPlhNZDuRAlAIaM+GdIf6hmZrY+AwaIGr02M0V6D1gBgNfWS+iGq2Shqlj/T
    KAnLLKNpMGcwHQYDVR0OBBYEFKNvbpJkvBZsH3nXWJJxwHKeyvYWMB8GA1UdIwQY
    MBaAFKNvbpJkvBZsH3nXWJJxwHKeyvYWMA8GA1UdEwEB/wQFMAMBAf8wFAYDVR0R
    BA0wC4IJbG9jYWxob3N0MAoGCCqGSM49BAMCA0gAMEUCIEOHRjoFkueQATG4YP8m
    qNNI3ql1GBpClm6S8b/DKFR+AiEA/DY/jgQyiu7ehF32+mifar6KNwQ5TDnxLv2W
    KjHZZXg=
    -----END CERTIFICATE-----
    """

  private static let selfSignedKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcCkqPC9zJfe1M5vA
    46yNG7Sajp9gABgdT9z24mMEZFihRANCAASFwT+AiZuryvraI6213XKI+WE1kO5E
    CUAhoz4Z0h/qGZmtj4DBogavTYzRXoPWAGA19ZL6IarZKGqWP9MoCcss
    -----END PRIVATE KEY-----
    """
}
