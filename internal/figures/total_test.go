package figures

import "testing"

func TestStructuresAddUpWhereEachHasTheFigure(t *testing.T) {
	house, _ := Read([]byte(`{"summary":{"roof":{"roof_facets":{"area":2040,"total":10},"ridges_hips":{"length":100.25},"valleys":{"length":10},"gutters_eaves":{"length":90},
		"rakes":{"length":20},"pitch":[{"roof_pitch":"8/12","area":1500,"percentage":75},{"roof_pitch":"4/12","area":500,"percentage":25}]},"area":{"facades":{"siding":1000}}},
		"footprint":{"stories":"2","perimeter":120}}`))
	garage, _ := Read([]byte(`{"summary":{"roof":{"roof_facets":{"area":660,"total":2},"ridges_hips":{"length":20},"valleys":{"length":"?"},"gutters_eaves":{"length":40},
		"rakes":{"length":5.5},"pitch":[{"roof_pitch":"4/12","area":1600,"percentage":100}]}},"footprint":{"stories":"1","perimeter":80}}`))
	house.JobID, house.ModelID, house.Name, house.Address = "7", "1", "House", "12 Mill Street"
	garage.JobID, garage.ModelID = "7", "2"
	sum := Total([]Figures{house, garage})
	const want = "roof_sqft 2700, squares 27, facets 12, pitch 4/12, pitches 4/12:2100:58.33 8/12:1500:41.67, ridges_hips_ft 120.25, eaves_ft 130, rakes_ft 25.5, drip_edge_ft 155.5, " +
		"perimeter_ft 200, waste 0%:2700:27 5%:2835:29 10%:2970:30 12%:3024:31 15%:3105:32 20%:3240:33"
	if said(sum) != want || sum.JobID != "7" || sum.ModelID != "" || sum.Name != "" || sum.Address != "12 Mill Street" {
		t.Errorf("%s %+v\nwant %s", said(sum), sum, want)
	}
	for f, want := range map[*Figures]string{&sum: "Total", &house: "House", &garage: "Main structure"} {
		if got := f.Title().String(); got != want {
			t.Errorf("it is called %q, want %q", got, want)
		}
	}
	// A garage that nobody could measure leaves no total of anything.
	if sum := Total([]Figures{house, {ModelID: "3"}}); sum.Known() || sum.Waste != nil || sum.Squares != nil {
		t.Errorf("the total is %s", said(sum))
	}
	// Only what each table has is ordered together.
	own, _ := Read([]byte(`{"roof":{"roof_facets":{"area":150},"waste_factor":{"area":{"zero":150,"plus_10_percent":165,"plus_18_percent":177}}}}`))
	if sum := Total([]Figures{house, own}); len(sum.Waste) != 2 || sum.Waste[1] != (Waste{10, 2409, 25}) {
		t.Errorf("the waste is %+v", sum.Waste)
	}
}
