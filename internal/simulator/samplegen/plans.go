package main

// plans are the houses of the samples. Their names are those that the
// simulator's account uses.
var plans = []plan{
	{
		name: "sycamore-house", title: "Complete measurements", width: 64, depth: 30, pitch: 8, hip: true, stories: 1,
		roof: 2847, siding: 1963,
		wings:   []wing{{from: 6, to: 28, projection: 12, hip: true}, {back: true, from: 34, to: 56, projection: 10, hip: true}},
		dormers: []dormer{{mid: 38, width: 5, set: 4, wall: 3.6, pitch: 10}, {mid: 48, width: 5, set: 4, wall: 3.6, pitch: 10}},
	},
	{name: "sycamore-garage", title: "Roof measurements", roofOnly: true, width: 26, depth: 24, pitch: 6, stories: 1,
		roof: 742, garage: true},
	{
		name: "harbor-house", title: "Complete measurements", width: 46, depth: 28, pitch: 9, stories: 2, roof: 2316,
		siding: 3310, wings: []wing{{from: 28, to: 44, projection: 9}},
	},
	{
		name: "cedar-house", title: "Complete measurements", width: 52, depth: 32, pitch: 5, hip: true, stories: 1,
		roof: 2105, siding: 1388, wings: []wing{{back: true, from: 10, to: 30, projection: 9, hip: true}},
	},
	{
		name: "quarry-roof", title: "Roof measurements", roofOnly: true, width: 40, depth: 26, pitch: 12, stories: 1, roof: 1684,
		dormers: []dormer{{mid: 12, width: 5, set: 3.5, wall: 4, pitch: 9}, {mid: 28, width: 5, set: 3.5, wall: 4, pitch: 9}},
	},
	{
		name: "lakeshore-house", title: "Complete measurements", width: 58, depth: 30, pitch: 7, stories: 2, roof: 2988,
		siding: 4236, wings: []wing{{from: 4, to: 24, projection: 14}, {back: true, from: 20, to: 42, projection: 8}},
		dormers: []dormer{{mid: 40, width: 5.5, set: 4.5, wall: 3.6, pitch: 9}},
	},
	{
		name: "juniper-house", title: "Complete measurements", width: 50, depth: 28, pitch: 4, stories: 1, roof: 1932,
		siding: 1624, wings: []wing{{from: 30, to: 48, projection: 12}},
	},
	{name: "juniper-barn", title: "Complete measurements", width: 44, depth: 30, pitch: 10, stories: 1, roof: 1751,
		siding: 1896, garage: true},
	{name: "pine-garage", title: "Complete measurements", width: 28, depth: 24, pitch: 7, stories: 1, roof: 806,
		siding: 934, garage: true},
	{
		name: "alder-house", title: "Complete measurements", width: 48, depth: 30, pitch: 8, stories: 1, roof: 2240, siding: 1968,
		wings:   []wing{{from: 3, to: 19, projection: 8}, {from: 29, to: 45, projection: 8}},
		dormers: []dormer{{mid: 24, width: 5, set: 5, wall: 3.4, pitch: 8}},
	},
}
