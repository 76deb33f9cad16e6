package amber.emulator.ec2;

import java.util.Map;
import java.util.TreeMap;

/** All operations, by the name that a request has for them. */
final class Actions {

  static final Map<String, Operation> ALL = all();

  private Actions() {}

  private static Map<String, Operation> all() {
    Map<String, Operation> all = new TreeMap<>();
    images(all);
    lifecycle(all);
    snapshots(all);
    account(all);
    return Map.copyOf(all);
  }

  private static void images(Map<String, Operation> all) {
    all.put("DescribeImages", DescribeImages::run);
    all.put("DescribeImageAttribute", ImageAttributes::describe);
    all.put("ModifyImageAttribute", ModifyImage::run);
    all.put("ResetImageAttribute", ImageAttributes::reset);
    all.put("RegisterImage", RegisterImage::run);
    all.put("DeregisterImage", DeregisterImage::run);
    all.put("DescribeImageReferences", ImageReferences::describe);
    all.put("CopyImage", Refusals::copyImage);
    all.put("CreateStoreImageTask", Refusals.STORE_TASKS);
    all.put("DescribeStoreImageTasks", Refusals.STORE_TASKS);
    all.put("CreateRestoreImageTask", Refusals.STORE_TASKS);
  }

  private static void lifecycle(Map<String, Operation> all) {
    all.put("EnableImageDeprecation", ImageLifecycle::deprecate);
    all.put("DisableImageDeprecation", ImageLifecycle::undeprecate);
    all.put("DisableImage", ImageLifecycle::disable);
    all.put("EnableImage", ImageLifecycle::enable);
    all.put("EnableImageDeregistrationProtection", ImageLifecycle::protect);
    all.put("DisableImageDeregistrationProtection", ImageLifecycle::unprotect);
    all.put("ListImagesInRecycleBin", ImageBin::list);
    all.put("RestoreImageFromRecycleBin", ImageBin::restore);
    all.put("ListSnapshotsInRecycleBin", SnapshotBin::list);
    all.put("RestoreSnapshotFromRecycleBin", SnapshotBin::restore);
  }

  private static void snapshots(Map<String, Operation> all) {
    all.put("DescribeSnapshots", DescribeSnapshots::run);
    all.put("DescribeSnapshotAttribute", SnapshotAttributes::describe);
    all.put("ModifySnapshotAttribute", SnapshotAttributes::modify);
    all.put("ResetSnapshotAttribute", SnapshotAttributes::reset);
    all.put("DeleteSnapshot", SnapshotBin::delete);
    all.put("CopySnapshot", Refusals::copySnapshot);
    all.put("ModifySnapshotTier", SnapshotTiers::archive);
    all.put("RestoreSnapshotTier", SnapshotTiers::restore);
    all.put("DescribeSnapshotTierStatus", SnapshotTiers::status);
    all.put("LockSnapshot", SnapshotLocks::lock);
    all.put("UnlockSnapshot", SnapshotLocks::unlock);
    all.put("DescribeLockedSnapshots", SnapshotLocks::describe);
  }

  private static void account(Map<String, Operation> all) {
    all.put("CreateTags", TagOperations::create);
    all.put("DeleteTags", TagOperations::delete);
    all.put("DescribeTags", TagOperations::describe);
    all.put("GetEbsEncryptionByDefault", EbsDefaults::encryption);
    all.put("EnableEbsEncryptionByDefault", EbsDefaults::enable);
    all.put("DisableEbsEncryptionByDefault", EbsDefaults::disable);
    all.put("GetEbsDefaultKmsKeyId", EbsDefaults::key);
    all.put("ModifyEbsDefaultKmsKeyId", EbsDefaults::modifyKey);
    all.put("ResetEbsDefaultKmsKeyId", EbsDefaults::resetKey);
    all.put("DescribeRegions", Places::regions);
    all.put("DescribeAvailabilityZones", Places::zones);
  }
}
