"""Imports what EngineCore needs, in the process that it is forked from.

Nothing here may start a thread: a fork would not have it, only the locks it held.
"""

import gc

import vllm.v1.engine.core
import vllm.v1.worker.cpu_model_runner
import vllm.v1.worker.cpu_worker  # noqa: F401

gc.collect()
gc.freeze()  # else the fork's first collection copies every page that it shares
