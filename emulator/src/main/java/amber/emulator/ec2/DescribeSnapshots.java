package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** DescribeSnapshots. */
final class DescribeSnapshots {

  private DescribeSnapshots() {}

  /** What is asked for. */
  private record Question(
      List<String> ids,
      List<String> owners,
      List<String> restorableBy,
      List<Filter> filters,
      Paging paging) {

    static Question read(Call call) throws FailureException {
      Parameters parameters = call.parameters();
      Question question =
          new Question(
              parameters.texts("SnapshotId"),
              parameters.texts("Owner"),
              parameters.texts("RestorableBy"),
              Filter.read(parameters),
              Paging.read(call, Paging.Limits.USUAL));
      question.paging.notWith("snapshotSet", question.ids);
      SnapshotView.FILTERS.check(question.filters);
      Owners.check(question.owners, "self");
      for (String user : question.restorableBy) {
        if (!user.equals(Snapshot.EVERYBODY)) {
          Owners.check(List.of(user), "self");
        }
      }
      for (String id : question.ids) {
        SnapshotLookup.check(id);
      }
      return question;
    }
  }

  static void run(Call call) throws IOException {
    Question question = Question.read(call);
    call.ready();
    for (String id : question.ids()) {
      SnapshotLookup.visible(call, id);
    }
    List<SnapshotView> seen = new ArrayList<>();
    for (Snapshot snapshot : call.region().snapshots().all()) {
      if (shown(call, question, snapshot)) {
        seen.add(SnapshotView.of(call, snapshot));
      }
    }
    Paging.Page<SnapshotView> page =
        question
            .paging()
            .cut(
                seen,
                SnapshotView::id,
                view -> SnapshotView.FILTERS.passes(question.filters(), view),
                call.rules().shortPages());
    call.xml().list("snapshotSet", page.items(), (xml, view) -> view.write(xml));
    call.xml().text("nextToken", page.token());
  }

  private static boolean shown(Call call, Question question, Snapshot snapshot) {
    return (question.ids().isEmpty() || question.ids().contains(snapshot.id()))
        && !SnapshotLookup.recycled(snapshot)
        && SnapshotLookup.visible(call, snapshot)
        && Owners.match(question.owners(), snapshot.ownerId(), call.caller())
        && (question.restorableBy().isEmpty()
            || question.restorableBy().stream().anyMatch(user -> restorable(call, snapshot, user)));
  }

  private static boolean restorable(Call call, Snapshot snapshot, String user) {
    String account = user.equals("self") ? call.caller() : user;
    return snapshot.sharedWith().contains(account)
        || (account.equals(call.caller()) && snapshot.ownerId().equals(account));
  }
}
