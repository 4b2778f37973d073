"""Should I fine-tune a model, or keep prompting?"""
