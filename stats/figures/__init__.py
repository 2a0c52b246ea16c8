"""The figures of a scope: what a driver, a team or a make has of each statistic, exactly or at least."""
