"""Walks through the EC2 operations of an emulator with boto3.

Besides the outcomes it checks every answer against the service model that boto3 carries: an element
that the model does not have would be lost in silence.

usage: boto3_walk.py ENDPOINT SNAPSHOT-ID
"""

import sys
import xml.etree.ElementTree as ElementTree

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

NAMESPACE = "{http://ec2.amazonaws.com/doc/2016-11-15/}"
ENDPOINT, SNAPSHOT = sys.argv[1:3]

session = boto3.Session(
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
    region_name="us-east-1",
)
ec2 = session.client(
    "ec2", endpoint_url=ENDPOINT, config=Config(retries={"total_max_attempts": 1})
)
checked = 0


def check(element, shape, path):
    if shape.type_name == "structure":
        known = {
            member.serialization.get("name", name): member
            for name, member in shape.members.items()
        }
        seen = set()
        for child in element:
            name = child.tag.replace(NAMESPACE, "")
            if name == "requestId" and "/" not in path:
                continue
            assert name in known, f"{path}: the model has no element {name}"
            assert name not in seen, f"{path}: {name} is there twice"
            seen.add(name)
            check(child, known[name], f"{path}/{name}")
    elif shape.type_name == "list":
        for child in element:
            assert child.tag.replace(NAMESPACE, "") == "item", f"{path}: {child.tag}"
            check(child, shape.member, path)
    else:
        assert len(element) == 0, f"{path}: has elements inside"


def before_parse(operation_model, response_dict, **kwargs):
    global checked
    if response_dict["status_code"] == 200 and operation_model.output_shape:
        root = ElementTree.fromstring(response_dict["body"])
        assert root.tag == f"{NAMESPACE}{operation_model.name}Response", root.tag
        check(root, operation_model.output_shape, operation_model.name)
        checked += 1


ec2.meta.events.register("before-parse.ec2", before_parse)


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e
        assert e.response["ResponseMetadata"]["HTTPStatusCode"] == status, e
        return
    raise AssertionError(f"{code} was expected")


image_id = ec2.register_image(
    Name="boto3",
    Description="f\u00fcr \u65e5\u672c",
    Architecture="x86_64",
    VirtualizationType="hvm",
    BootMode="uefi",
    TpmSupport="v2.0",
    ImdsSupport="v2.0",
    EnaSupport=True,
    SriovNetSupport="simple",
    UefiData="QU1aTlVFRkk=",
    RootDeviceName="/dev/xvda",
    BlockDeviceMappings=[
        {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": SNAPSHOT, "VolumeType": "gp3"}},
        {"DeviceName": "/dev/sdb", "Ebs": {"VolumeSize": 5, "Encrypted": True}},
        {"DeviceName": "/dev/sdc", "VirtualName": "ephemeral0"},
        {"DeviceName": "/dev/sdd", "NoDevice": ""},
    ],
    TagSpecifications=[
        {"ResourceType": "image", "Tags": [{"Key": "Name", "Value": "boto3"}]}
    ],
)["ImageId"]
image = ec2.describe_images(
    Owners=["self"], Filters=[{"Name": "tag:Name", "Values": ["bo*"]}]
)["Images"][0]
assert image["ImageId"] == image_id
assert image["Description"] == "f\u00fcr \u65e5\u672c"
assert image["BlockDeviceMappings"][0]["Ebs"]["Throughput"] == 125
ec2.get_waiter("image_available").wait(ImageIds=[image_id])
for attribute in (
    "description kernel ramdisk launchPermission productCodes sriovNetSupport bootMode tpmSupport"
    " uefiData lastLaunchedTime imdsSupport deregistrationProtection"
).split():
    ec2.describe_image_attribute(ImageId=image_id, Attribute=attribute)
refused(
    "AuthFailure",
    403,
    ec2.describe_image_attribute,
    ImageId=image_id,
    Attribute="blockDeviceMapping",
)
refused("DryRunOperation", 412, ec2.deregister_image, ImageId=image_id, DryRun=True)
ec2.modify_image_attribute(
    ImageId=image_id, LaunchPermission={"Add": [{"UserId": "999999999999"}]}
)
ec2.describe_image_attribute(ImageId=image_id, Attribute="launchPermission")

ec2.modify_snapshot_attribute(
    SnapshotId=SNAPSHOT,
    CreateVolumePermission={"Add": [{"UserId": "999999999999"}]},
)
permissions = ec2.describe_snapshot_attribute(
    SnapshotId=SNAPSHOT, Attribute="createVolumePermission"
)
assert permissions["CreateVolumePermissions"] == [{"UserId": "999999999999"}]
snapshot = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"][0]
assert snapshot["State"] == "completed", snapshot
ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[SNAPSHOT])
refused("InvalidSnapshot.InUse", 400, ec2.delete_snapshot, SnapshotId=SNAPSHOT)

ec2.create_tags(
    Resources=[image_id, SNAPSHOT], Tags=[{"Key": f"k{i}", "Value": ""} for i in range(20)]
)
pages = ec2.get_paginator("describe_tags").paginate(PaginationConfig={"PageSize": 7})
assert sum(len(page["Tags"]) for page in pages) == 41
ec2.delete_tags(Resources=[image_id], Tags=[{"Key": "k1"}])

ec2.enable_image_deprecation(ImageId=image_id, DeprecateAt="2035-01-01T00:00:00Z")
ec2.disable_image_deprecation(ImageId=image_id)
ec2.enable_image_deregistration_protection(ImageId=image_id)
refused("OperationNotPermitted", 400, ec2.deregister_image, ImageId=image_id)
ec2.disable_image_deregistration_protection(ImageId=image_id)
ec2.describe_image_references(ImageIds=[image_id], IncludeAllResourceTypes=True)
ec2.disable_image(ImageId=image_id)
assert ec2.describe_images()["Images"] == []
ec2.modify_snapshot_tier(SnapshotId=SNAPSHOT, StorageTier="archive")
assert ec2.describe_snapshot_tier_status()["SnapshotTierStatuses"]
ec2.restore_snapshot_tier(SnapshotId=SNAPSHOT, PermanentRestore=True)
ec2.enable_image(ImageId=image_id)
ec2.lock_snapshot(SnapshotId=SNAPSHOT, LockMode="governance", LockDuration=1)
ec2.describe_locked_snapshots()
ec2.unlock_snapshot(SnapshotId=SNAPSHOT)
result = ec2.deregister_image(ImageId=image_id, DeleteAssociatedSnapshots=True)
assert result["DeleteSnapshotResults"] == [
    {"SnapshotId": SNAPSHOT, "ReturnCode": "success"}
], result
assert len(ec2.list_images_in_recycle_bin()["Images"]) == 1
assert len(ec2.list_snapshots_in_recycle_bin()["Snapshots"]) == 1
ec2.restore_snapshot_from_recycle_bin(SnapshotId=SNAPSHOT)
ec2.restore_image_from_recycle_bin(ImageId=image_id)
assert len(ec2.describe_images(Owners=["self"])["Images"]) == 1

ec2.enable_ebs_encryption_by_default()
assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"]
ec2.disable_ebs_encryption_by_default()
ec2.modify_ebs_default_kms_key_id(KmsKeyId="alias/mine")
ec2.get_ebs_default_kms_key_id()
ec2.reset_ebs_default_kms_key_id()
ec2.describe_regions()
ec2.describe_availability_zones()
print(f"checked {checked} answers")
