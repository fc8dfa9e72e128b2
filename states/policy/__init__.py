"""The policy pack: an institution's plan as data; its terms, its entries, its checks, and reading one."""
