"""Writing the weights' folder as transformers and vLLM read it."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from inference.builtin import tokenizer as chat_tokenizer
from inference.builtin.architecture import CONTEXT

GENERATION = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}


def export(model: LlamaForCausalLM, tokenizer: Tokenizer, folder: Path) -> None:
    """Write config, bfloat16 weights, tokenizer and template; the model itself stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    half = type(model)(model.config)
    half.load_state_dict(model.state_dict())
    half.to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").write_text(json.dumps(GENERATION, indent=2) + "\n")
    chat_tokenizer.save(tokenizer, folder, CONTEXT)
    (folder / "model.safetensors").chmod(0o644)
