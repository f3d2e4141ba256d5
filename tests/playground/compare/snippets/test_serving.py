"""The command to serve a profile is one that vLLM's own parser reads."""

import shlex

import pytest

from inference.profiles import profiles
from playground.compare.snippets.serving import serve_command

pytestmark = pytest.mark.engine


def test_vllm_reads_every_profiles_command() -> None:
    from vllm.entrypoints.launchers.cli_args import make_arg_parser
    from vllm.utils.argparse_utils import FlexibleArgumentParser

    parser = make_arg_parser(FlexibleArgumentParser())
    for profile in profiles().values():
        words = shlex.split(serve_command(profile).replace("\\\n", " "))
        if not words:
            continue
        read = parser.parse_args(words[words.index("serve") + 1 :])
        assert read.served_model_name == [profile.name]
        assert bool(read.speculative_config) == (profile.speculation is not None), profile.name
