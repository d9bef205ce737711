// What makes the simulator's sample files, in a module of its own: the program has no
// need of the libraries that write them.
module dormer/internal/simulator/samplegen

go 1.26.0

require (
	codeberg.org/go-pdf/fpdf v0.12.0
	github.com/xuri/excelize/v2 v2.9.1
)

require (
	github.com/richardlehane/mscfb v1.0.4 // indirect
	github.com/richardlehane/msoleps v1.0.4 // indirect
	github.com/tiendc/go-deepcopy v1.6.0 // indirect
	github.com/xuri/efp v0.0.1 // indirect
	github.com/xuri/nfp v0.0.1 // indirect
	golang.org/x/crypto v0.38.0 // indirect
	golang.org/x/net v0.40.0 // indirect
	golang.org/x/text v0.25.0 // indirect
)
