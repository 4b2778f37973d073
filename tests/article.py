"""The article's tables, transcribed row by row; ASCII stands for typographic quotes."""

from __future__ import annotations

TRADEOFFS = [
    ("Upfront cost", "$0", "$50-10,000+ (data + training)"),
    ("Time to first result", "Minutes", "Days to weeks"),
    (
        "Per-inference cost",
        "Higher (few-shot examples consume tokens)",
        "Lower (no examples needed)",
    ),
    (
        "Quality ceiling",
        "Limited by context window and in-context learning",
        "Higher — model weights encode task knowledge",
    ),
    ("Maintenance", "Update prompt anytime", "Retrain on new base model releases"),
    ("Data requirement", "3-10 examples in prompt", "50-10,000+ labeled examples"),
    ("Flexibility", "Change behavior instantly", "Retraining required for changes"),
    (
        "Model lock-in",
        "Low (prompts often transfer across models)",
        "High (fine-tune is model-specific)",
    ),
    ("Latency", "Higher (more input tokens from examples)", "Lower (no example tokens)"),
]
TRAINING = [
    ("OpenAI", "GPT-4o-mini", "$3.00/1M training tokens", "10", "$15-75 (500-2K examples)"),
    ("OpenAI", "GPT-4o", "$25.00/1M training tokens", "10", "$125-500 (500-2K examples)"),
    ("Anthropic", "Claude (via AWS Bedrock)", "~$8-30/1M training tokens", "32", "$100-500"),
    ("Google", "Gemini (via Vertex AI)", "$4-16/1M training tokens", "20", "$50-200"),
    (
        "Self-hosted",
        "Llama 3.1 70B (LoRA)",
        "$2-5/hour GPU (A100)",
        "50",
        "$20-100 (4-20 GPU hours)",
    ),
    ("Self-hosted", "Llama 3.1 8B (full)", "$1-2/hour GPU (A10G)", "50", "$8-40 (4-20 GPU hours)"),
]
TIMES = ["30-90 min", "1-3 hours", "2-6 hours", "1-4 hours", "4-20 hours", "4-20 hours"]
# price low and high, unit, minimum, run low and high, hours low and high
TRAINING_NUMBERS = [
    (3, 3, "mtok", 10, 15, 75, 0.5, 1.5),
    (25, 25, "mtok", 10, 125, 500, 1, 3),
    (8, 30, "mtok", 32, 100, 500, 2, 6),
    (4, 16, "mtok", 20, 50, 200, 1, 4),
    (2, 5, "gpu_hour", 50, 20, 100, 4, 20),
    (1, 2, "gpu_hour", 50, 8, 40, 4, 20),
]
# name, prompted input, tuned input, output, saving a month, months low and high
SCENARIOS = [
    ("simple_classification", "Simple classification", 800, 200, 50, 54, 1, 2),
    ("entity_extraction", "Entity extraction", 1200, 400, 200, 72, 1, 1),
    ("content_generation", "Content generation", 2000, 500, 1000, 135, 1, 1),
    ("complex_analysis", "Complex analysis", 3000, 1000, 2000, 180, 1, 1),
]
BANDS = [
    ("<100", "Prompt engineering", "Training cost never recovers at this volume"),
    (
        "100-1,000",
        "Prompt engineering (usually)",
        "Fine-tune only if quality delta >5% AND error cost is high",
    ),
    ("1,000-10,000", "Evaluate both", "Run quality comparison; fine-tune if delta >3%"),
    (
        "10,000-100,000",
        "Fine-tune (usually)",
        "Token savings alone justify training cost within weeks",
    ),
    (
        ">100,000",
        "Fine-tune + prompt optimization",
        "Both layers — fine-tune for base behavior, prompt for per-request customization",
    ),
]
TIERS = [
    (
        "50-100",
        "Behavioral nudge — format adherence, style shift",
        "JSON schema enforcement, tone adjustment",
    ),
    (
        "100-500",
        "Solid task performance — covers main patterns",
        "Standard classification, simple extraction",
    ),
    (
        "500-2,000",
        "Production quality — handles edge cases",
        "Multi-label, custom NER, complex schemas",
    ),
    (
        "2,000-10,000",
        "High quality — generalizes well to new inputs",
        "Domain-specific tasks with high variance",
    ),
    (
        ">10,000",
        "Diminishing returns on most tasks",
        "Only for extremely diverse tasks or safety-critical systems",
    ),
]
CHECKLIST = [
    (
        "label_accuracy",
        "Label accuracy",
        ">95% of examples have correct labels",
        "Model learns from errors — 5% label noise = 5%+ accuracy ceiling",
    ),
    (
        "distribution_match",
        "Distribution match",
        "Training distribution matches production distribution",
        "Mismatched distributions = fine-tuned model worse than prompting on real data",
    ),
    (
        "edge_cases",
        "Edge case coverage",
        "10-20% of examples are edge cases",
        "Models memorize easy patterns; edge cases force generalization",
    ),
    (
        "consistent_format",
        "Consistent format",
        "All examples follow same input/output schema",
        "Format inconsistency teaches the model to be inconsistent",
    ),
    (
        "leakage",
        "No data leakage",
        "Test examples not in training set",
        "Inflated eval metrics that collapse in production",
    ),
    (
        "duplicates",
        "Diverse examples",
        "No more than 5% duplicate or near-duplicate examples",
        "Duplicates cause overfitting to specific patterns",
    ),
]
LAYERS = [
    ("Base behavior", "Fine-tuning", "Domain knowledge, output format, style, entity patterns"),
    (
        "Per-request customization",
        "System prompt",
        "User-specific instructions, context, guardrails",
    ),
    (
        "Dynamic examples",
        "Few-shot in prompt",
        "Edge cases, new categories, A/B testing new behaviors",
    ),
    ("Guardrails", "Prompt constraints", "Safety, compliance, output validation"),
]
QUESTIONS = [
    ("Is your daily volume >1,000 requests?", "examples", "volume too low to justify training"),
    (
        "Do you have 100+ high-quality labeled examples?",
        "quality_gap",
        "collect data first, fine-tune later",
    ),
    (
        "Is the quality gap between prompting and your target >5%?",
        "format_task",
        "it's already good enough",
    ),
    (
        "Is the task primarily format/style (not reasoning)?",
        "format tasks benefit most",
        "eval_improves",
    ),
    (
        "Does fine-tuning actually improve quality on your eval set?",
        "data confirms the benefit",
        "fine-tuning doesn't help this task",
    ),
]
MISTAKES = [
    (
        "Fine-tuning for reasoning",
        "Model overfits to training reasoning patterns; performs worse on novel problems",
        "Use prompting (CoT) for reasoning; fine-tune for format/extraction",
    ),
    (
        "Insufficient eval set",
        "Can't measure whether fine-tuning actually helped",
        "Hold out 20% of data for evaluation minimum",
    ),
    (
        "Training on synthetic data only",
        "Model learns LLM patterns, not human patterns",
        "Use human-generated or human-verified examples for at least 50% of training set",
    ),
    (
        "Ignoring base model updates",
        "Provider releases better base model; your fine-tune is stuck on old version",
        "Re-evaluate prompting quality on new base model before retraining",
    ),
    (
        "Over-training (too many epochs)",
        "Overfits — high training accuracy, low production accuracy",
        "Use 2-4 epochs for most tasks; monitor eval loss",
    ),
    (
        "Wrong model size",
        "Fine-tuned small model still can't do the task",
        "Fine-tune the smallest model that achieves target quality — not the cheapest",
    ),
]
LIMITATIONS = {
    "english_only": ("English",),
    "falling_prices": ("50-80%",),
    "self_hosted_costs": ("GPU", "provider"),
    "reasoning_today": ("reasoning", "today"),
    "supervised_only": ("supervised", "DPO", "RLHF"),
    "lora_quality": ("LoRA", "QLoRA", "under 1%"),
}
ASSUMED = {
    "request_tokens": (50, 200, 800, "--request-tokens"),
    "output_tokens": (50, 200, 800, "--output-tokens"),
    "thinking_multiple": (0, 1, 10, "--thinking-tokens"),
    "training_examples": (500, 1000, 2000, "--training-examples"),
    "retrains_per_year": (2, 3, 4, "--retrains-per-year"),
    "epochs": (2, 3, 4, "--epochs"),
    "gpu_hours": (4, 12, 20, "--gpu-hours"),
    "training_overhead": (None, 13, None, "--training-tokens"),
    "cache_life_seconds": (60, 300, 3600, "--cache"),
    "minimum_prefix_tokens": (None, 1024, None, "--cache"),
    "peak_to_mean": (1.5, 3, 6, "--peak-to-mean"),
    "utilisation": (0.35, 0.5, 0.8, "--utilisation"),
    "own_work_usd": (50, 700, 10_000, "--engineering-hours"),
    "pilot_hours": (2, 8, 40, "--pilot-hours"),
    "horizon_months": (None, 12, None, "--horizon"),
    "days_per_month": (None, 30, None, "--days-per-month"),
}
"""What is assumed: the low end, the value, the high end, and the flag."""
