"""At which volume does tuning begin to pay? One scenario of examples/, asked at five volumes."""

from __future__ import annotations

from datetime import date

from ftvp import Scenario, breakeven, load_tables

TABLES = load_tables()
DAY = date(2026, 11, 26)


def main() -> None:
    """Print what tuning Nova 2 Lite saves a month, and when it has paid for itself."""
    for volume in (1_000, 5_000, 20_000, 40_000, 100_000):
        told = Scenario(
            volume=volume,
            model="aws-bedrock/nova-2-lite",
            prompt_tokens=1500,
            tuned_prompt_tokens=350,
            output_tokens=30,
            training_examples=1800,
            engineering_hours=40,
            hourly_rate=80,
        )
        answer = breakeven(told, TABLES, DAY)
        months = answer.breakeven.months
        paid = (
            f": {answer.breakeven.reason}"
            if months is None
            else f", pays after {months:.1f} months"
        )
        print(f"{volume:>7,} a day: saves {answer.monthly_saving_usd:9.2f} USD a month{paid}")


if __name__ == "__main__":
    main()
