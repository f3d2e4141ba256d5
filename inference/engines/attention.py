"""Which kernels compute attention: asked of vLLM in the way in which its core asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vllm.config import VllmConfig


def attention_backend(config: VllmConfig) -> str:
    """vLLM's name of the backend, such as CPU_ATTN or FLASH_ATTN; "" where it names none."""
    from vllm.config import set_current_vllm_config
    from vllm.v1.attention.selector import get_attn_backend

    model = config.model_config
    with set_current_vllm_config(config):
        try:
            backend = get_attn_backend(
                model.get_head_size(),
                model.dtype,
                config.cache_config.cache_dtype,
                use_mla=model.use_mla,
            )
        except (ValueError, RuntimeError, AssertionError, ImportError):
            return ""
    return str(backend.get_name())
