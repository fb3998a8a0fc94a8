package sdk

// circleAmong looks for jobs that wait for each other. It returns one such circle, from a job back to itself, or nil.
func circleAmong[Node comparable](nodes []Node, after func(Node) []Node) []Node {
	const (
		unseen = iota
		onPath
		done
	)
	state := make(map[Node]int, len(nodes))
	var path []Node
	var closes func(node Node) bool
	closes = func(node Node) bool {
		switch state[node] {
		case done:
			return false
		case onPath:
			path = append(path, node)
			return true
		}
		state[node] = onPath
		path = append(path, node)
		for _, other := range after(node) {
			if closes(other) {
				return true
			}
		}
		path = path[:len(path)-1]
		state[node] = done
		return false
	}
	for _, node := range nodes {
		if closes(node) {
			start := 0
			for path[start] != path[len(path)-1] {
				start++
			}
			return path[start:]
		}
	}
	return nil
}

func namesOf[Node any](nodes []Node, name func(Node) string) []string {
	names := make([]string, 0, len(nodes))
	for _, node := range nodes {
		names = append(names, name(node))
	}
	return names
}
