module dormer

go 1.26.0
