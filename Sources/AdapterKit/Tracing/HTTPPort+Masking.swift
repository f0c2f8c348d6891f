extension HTTPPort {
  /// Text that an answer holds, with the secrets in it hidden: for reports that show what an answer
  /// really held.
  public func hidingSecrets(in text: String) -> String {
    SecretMask(secrets: secrets?.known.map { $0.revealed() } ?? []).hidingKnown(text)
  }
}
