"""Where the platform may connect to when it reads a department's database: only into networks that a setting names."""

import ipaddress
import re
import socket

from django.conf import settings

from gdshare.lib.errors import Invalid

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")


def address_of(host: str, port: int) -> str:
    """The address to connect to. Every address of the name must lie in an allowed network; the caller connects to the
    one given back and does not ask again, so that a name cannot change its mind in between.
    """
    allowed = [ipaddress.ip_network(network) for network in settings.DRAFTING_NETWORKS]
    if not allowed:
        raise Invalid(
            "平台没有开放直接读取数据库。",
            code="NETWORK_CLOSED",
            remedy="请改为上传数据文件，或请运维人员在 DRAFTING_NETWORKS 里写明允许的网段。",
        )
    if not _HOST.fullmatch(host):
        raise Invalid("主机不是域名或 IP 地址。", code="HOST_INVALID", remedy="请填写数据库服务器的域名或 IP 地址。")
    try:
        found = {
            str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        }
    except (OSError, UnicodeError):
        raise Invalid(f"找不到主机“{host}”。", code="HOST_UNKNOWN", remedy="请核对域名或 IP 地址。") from None
    addresses = [_plain(address) for address in sorted(found)]
    for address in addresses:
        if not any(address in network for network in allowed if network.version == address.version):
            words = "、".join(str(network) for network in allowed)
            raise Invalid(
                f"不允许连接“{host}”：它不在允许的网段里。",
                code="NETWORK_REFUSED",
                remedy=f"允许的网段是 {words}；需要增加的，请联系运维人员。",
            )
    return str(addresses[0])


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An IPv4 address that is written as an IPv6 one is judged as what it is."""
    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    return mapped or parsed
