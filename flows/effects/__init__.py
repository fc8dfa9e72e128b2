"""What each kind of effect does: plain functions of a desk and an effect, which know no Prefect."""
