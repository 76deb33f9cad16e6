package amber.cli;

import amber.archive.ArchiveReader;
import amber.seal.Certificates;
import amber.seal.SealSignature;
import amber.seal.Signer;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who has signed an archive, and what is known of that. */
final class SignatureDescription {

  private SignatureDescription() {}

  /** For JSON: one signer, or none. */
  static List<Map<String, Object>> json(ArchiveReader archive) {
    return archive
        .signature()
        .map(signature -> List.of(json(archive, signature)))
        .orElse(List.of());
  }

  /** For JSON: who is to sign. */
  static Map<String, Object> json(Signer signer) {
    Map<String, Object> json = new LinkedHashMap<>(json(signer.certificate()));
    json.put("algorithm", signer.algorithm());
    return json;
  }

  private static Map<String, Object> json(ArchiveReader archive, SealSignature signature) {
    Map<String, Object> json = new LinkedHashMap<>(json(signature.signer()));
    json.put("algorithm", signature.algorithm());
    json.put("signedAt", signature.time().toString());
    json.put("chain", others(signature).stream().map(SignatureDescription::json).toList());
    json.put("trusted", archive.isTrusted() ? "yes" : "not checked");
    return json;
  }

  private static Map<String, Object> json(X509Certificate certificate) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("subject", Certificates.name(certificate));
    json.put("issuer", Certificates.issuer(certificate));
    json.put("serial", Certificates.serial(certificate));
    json.put("sha256", Certificates.fingerprint(certificate));
    json.put("validFrom", certificate.getNotBefore().toInstant().toString());
    json.put("validUntil", certificate.getNotAfter().toInstant().toString());
    return json;
  }

  private static List<X509Certificate> others(SealSignature signature) {
    return signature.certificates().subList(1, signature.certificates().size());
  }

  /** For people: names, each with its value. */
  static Map<String, String> text(ArchiveReader archive) {
    Map<String, String> text = new LinkedHashMap<>();
    if (archive.signature().isEmpty()) {
      text.put("signed by", "nobody");
      return text;
    }
    SealSignature signature = archive.signature().get();
    X509Certificate signer = signature.signer();
    text.put("signed by", Certificates.name(signer));
    text.put("signed at", "%s, %s".formatted(signature.time(), signature.algorithm()));
    text.put(
        "certificate",
        "serial %s, SHA-256 %s"
            .formatted(Certificates.serial(signer), Certificates.fingerprint(signer)));
    text.put("issued by", Certificates.issuer(signer));
    List<String> chain = new ArrayList<>();
    others(signature).forEach(certificate -> chain.add(Certificates.name(certificate)));
    if (!chain.isEmpty()) {
      text.put("with", String.join("; ", chain));
    }
    text.put("trusted", trusted(archive));
    return text;
  }

  /** In a few words, to follow others; none if it is not signed. */
  static String phrase(ArchiveReader archive) {
    return archive
        .signature()
        .map(
            signature ->
                ", signed by %s (%s)"
                    .formatted(
                        Certificates.name(signature.signer()),
                        archive.isTrusted() ? "trusted" : "trust not checked"))
        .orElse("");
  }

  private static String trusted(ArchiveReader archive) {
    return archive.isTrusted() ? "yes" : "not checked: --signer-cert or --trust does that";
  }
}
