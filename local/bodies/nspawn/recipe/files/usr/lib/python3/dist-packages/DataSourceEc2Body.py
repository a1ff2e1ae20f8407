"""cloud-init's own EC2 data source, told that it is on EC2.

It learns that from the hypervisor or from DMI, and asks with IMDSv2 only where it knows. A container shows neither.
"""

from cloudinit.sources import DataSourceEc2 as ec2


class OnEc2:
    def _get_cloud_name(self):
        return ec2.CloudNames.AWS


class DataSourceEc2Body(OnEc2, ec2.DataSourceEc2):
    dsname = "Ec2"


datasources = [(DataSourceEc2Body, (ec2.sources.DEP_FILESYSTEM, ec2.sources.DEP_NETWORK))]


def get_datasource_list(depends):
    return ec2.sources.list_from_depends(depends, datasources)
