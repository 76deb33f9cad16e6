package amber.cli;

import amber.work.Preflight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Both sides of a run, as far as they are AWS. */
record Sides(AwsSide from, AwsSide to) {

  /** What was asked of AWS so far. */
  AwsRequests requests() {
    return from.requests().plus(to.requests());
  }

  /** A bill of nothing so far, at the rates of these accounts. */
  Bill bill(PriceTable prices) throws IOException {
    return new Bill(prices, from.readRate(), to.writeRate());
  }

  /** What a dry run shows: what it would do, what was checked and for whom, and the bill. */
  Document shown(Document planned, Preflight preflight, Bill bill) throws IOException {
    return requests().addedTo(checked(planned, preflight).with(bill));
  }

  /** What would be done, with what was checked and for whom. */
  Document checked(Document planned, Preflight preflight) throws IOException {
    List<Preflight.Finding> findings = new ArrayList<>();
    from.account().ifPresent(who -> findings.add(new Preflight.Finding("source", who)));
    to.account().ifPresent(who -> findings.add(new Preflight.Finding("target", who)));
    findings.addAll(preflight.findings());
    return planned.with(findings);
  }
}
