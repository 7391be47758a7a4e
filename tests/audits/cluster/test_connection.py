"""Which cluster is asked, without one."""

import ast

import pytest

import keras_explain as kx
from keras_explain.audits.cluster.connection import connected
from tests.audits.networks import network
from tests.test_house import FILES, PACKAGE, imported


def test_an_address_where_nobody_answers():
    with pytest.raises(kx.OptionError, match="ray= as the address of a cluster, received '127.0.0.1:9'; .*refused"):
        with connected("127.0.0.1:9"):
            pass


def test_a_client_is_refused():
    with pytest.raises(kx.OptionError, match="received a ray:// client, .* ray job submit"):
        kx.audit(network(), "photos", ray="ray://127.0.0.1:10001")


def test_ray_is_imported_by_who_uses_it_and_when_it_is_used():
    for path in FILES:
        modules = {module.split(".")[0] for module in imported(PACKAGE / path)}
        assert "ray" not in modules or path.parts[:2] == ("audits", "cluster"), path
        at_once = [node for node in ast.parse((PACKAGE / path).read_text()).body if isinstance(node, ast.Import)]
        assert not [name for node in at_once for name in node.names if name.name.split(".")[0] == "ray"], path
