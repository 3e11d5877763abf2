import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Ruler;

/** Reads {"patterns": [...], "events": [...]} and prints a row of booleans for each pattern: which of the events it matches. */
public class Matches {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode input = json.readTree(System.in);
    ArrayNode rows = json.createArrayNode();
    for (JsonNode pattern : input.get("patterns")) {
      String wrong = JsonRuleCompiler.check(pattern.toString());
      if (wrong != null) {
        throw new IllegalArgumentException(wrong + " in " + pattern);
      }
      ArrayNode row = rows.addArray();
      for (JsonNode event : input.get("events")) {
        row.add(Ruler.matchesRule(event.toString(), pattern.toString()));
      }
    }
    System.out.println(rows);
  }
}
